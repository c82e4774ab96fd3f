package dev.godwit.schema;

import java.util.Locale;

/** The kinds of steps, in the order in which those that do not depend on each other are executed. */
enum ObjectKind {
    SCHEMA(SchemaStage.BEFORE_COPY),
    EXTENSION(SchemaStage.BEFORE_COPY),
    COLLATION(SchemaStage.BEFORE_COPY),
    TYPE(SchemaStage.BEFORE_COPY),
    FUNCTION(SchemaStage.BEFORE_COPY),
    AGGREGATE(SchemaStage.BEFORE_COPY),
    SEQUENCE(SchemaStage.BEFORE_COPY),
    TABLE(SchemaStage.BEFORE_COPY),
    DEFAULT(SchemaStage.BEFORE_COPY),
    SEQUENCE_OWNER(SchemaStage.BEFORE_COPY),
    VIEW(SchemaStage.BEFORE_COPY),
    VIEW_DEFINITION(SchemaStage.BEFORE_COPY),
    MATERIALIZED_VIEW(SchemaStage.BEFORE_COPY),
    KEY(SchemaStage.AFTER_TABLE_COPY),
    INDEX(SchemaStage.AFTER_TABLE_COPY),
    INDEX_ATTACH(SchemaStage.AFTER_TABLE_COPY),
    INDEX_ROLE(SchemaStage.AFTER_TABLE_COPY),
    STATISTICS(SchemaStage.AFTER_TABLE_COPY),
    FOREIGN_KEY(SchemaStage.FOREIGN_KEYS),
    CHECK(SchemaStage.AFTER_COPY),
    RULE(SchemaStage.AFTER_COPY),
    TRIGGER(SchemaStage.AFTER_COPY),
    TRIGGER_STATE(SchemaStage.AFTER_COPY),
    POLICY(SchemaStage.AFTER_COPY),
    REFRESH(SchemaStage.BEFORE_CUTOVER),
    IDENTITY(SchemaStage.AT_CUTOVER),
    ROW_SECURITY(SchemaStage.AT_CUTOVER),
    FIRING(SchemaStage.AT_CUTOVER);

    private final SchemaStage stage;

    ObjectKind(SchemaStage stage) {
        this.stage = stage;
    }

    SchemaStage stage() {
        return stage;
    }

    /** The name for people and for step ids. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
