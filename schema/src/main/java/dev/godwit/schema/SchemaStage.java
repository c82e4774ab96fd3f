package dev.godwit.schema;

/** When a step of a {@link SchemaPlan} is executed, in this order. */
public enum SchemaStage {
    /** Before any row is copied: schemas, extensions, types, functions, sequences, tables, views. */
    BEFORE_COPY,
    /** Once the rows of the step's table are in: primary keys, unique and exclusion constraints, indexes, checks. */
    AFTER_TABLE_COPY,
    /** Once all tables stand at one point: foreign keys, validated. */
    FOREIGN_KEYS,
    /** After the foreign keys: triggers, rules, materialized views (without data), what else depends on complete tables. */
    AFTER_COPY,
    /** Just before the write pause, in any order: materialized views refreshed. */
    BEFORE_CUTOVER,
    /**
     * Inside the write pause, all steps in one transaction and in order: statements that touch the catalog only and take
     * no time. What changes could not be applied with until then: identity columns GENERATED ALWAYS again, triggers and
     * rules that fire in every replication role.
     */
    AT_CUTOVER
}
