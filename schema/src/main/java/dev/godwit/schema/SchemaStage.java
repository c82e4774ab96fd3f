package dev.godwit.schema;

/** When a step of a {@link SchemaPlan} is executed, in this order. */
public enum SchemaStage {
    /**
     * Before any row is copied, in the order of {@link SchemaPlan#groups}: schemas, extensions, types, functions, sequences, tables with
     * the checks that call no functions, views, materialized views without data, and the keys and indexes of partitioned tables, which
     * hold nothing themselves.
     */
    BEFORE_COPY,
    /**
     * Once the rows of the step's table are in: primary keys, unique and exclusion constraints, indexes. In order within
     * a table; those of different tables may run in parallel.
     */
    AFTER_TABLE_COPY,
    /**
     * Once all tables stand at one point: foreign keys, validated. May run in parallel; each step locks the tables it
     * touches in the order of their names first, so that two of them do not block each other.
     */
    FOREIGN_KEYS,
    /**
     * After the foreign keys, serially: triggers, rules, policies, indexes of materialized views, checks that call
     * functions or are not valid, views that need a key.
     */
    AFTER_COPY,
    /** Just before the write pause, in order: materialized views refreshed, those that others read first. */
    BEFORE_CUTOVER,
    /**
     * Inside the write pause, all steps in one transaction and in order: statements that touch the catalog only and take
     * no time. What changes could not be applied with until then: identity columns GENERATED ALWAYS again, row level
     * security, triggers and rules that fire in every replication role. A cutover that is undone behind its decision takes
     * these back; of other statements, which a plan of your own may hold, the effects stay, and they are executed again.
     */
    AT_CUTOVER
}
