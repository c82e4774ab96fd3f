package dev.godwit.schema;

import java.util.Locale;

/**
 * The kinds of steps, in the order in which those that do not depend on each other are executed. What expressions use without that
 * pg_depend would say so, as casts and default operator classes, comes as early as it can.
 */
enum ObjectKind {
    SCHEMA(SchemaStage.BEFORE_COPY),
    EXTENSION(SchemaStage.BEFORE_COPY),
    COLLATION(SchemaStage.BEFORE_COPY),
    TYPE_SHELL(SchemaStage.BEFORE_COPY),
    TYPE(SchemaStage.BEFORE_COPY),
    CAST(SchemaStage.BEFORE_COPY),
    ACCESS_METHOD(SchemaStage.BEFORE_COPY),
    OPERATOR(SchemaStage.BEFORE_COPY),
    OPERATOR_FAMILY(SchemaStage.BEFORE_COPY),
    OPERATOR_CLASS(SchemaStage.BEFORE_COPY),
    OPERATOR_FAMILY_MEMBERS(SchemaStage.BEFORE_COPY),
    LANGUAGE(SchemaStage.BEFORE_COPY),
    TRANSFORM(SchemaStage.BEFORE_COPY),
    CONVERSION(SchemaStage.BEFORE_COPY),
    TEXT_SEARCH_PARSER(SchemaStage.BEFORE_COPY),
    TEXT_SEARCH_TEMPLATE(SchemaStage.BEFORE_COPY),
    TEXT_SEARCH_DICTIONARY(SchemaStage.BEFORE_COPY),
    TEXT_SEARCH_CONFIGURATION(SchemaStage.BEFORE_COPY),
    FUNCTION(SchemaStage.BEFORE_COPY),
    AGGREGATE(SchemaStage.BEFORE_COPY),
    FOREIGN_DATA_WRAPPER(SchemaStage.BEFORE_COPY),
    SERVER(SchemaStage.BEFORE_COPY),
    USER_MAPPING(SchemaStage.BEFORE_COPY),
    SEQUENCE(SchemaStage.BEFORE_COPY),
    TABLE(SchemaStage.BEFORE_COPY),
    FOREIGN_TABLE(SchemaStage.BEFORE_COPY),
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
    EVENT_TRIGGER(SchemaStage.AFTER_COPY),
    // Whoever shall own what is in a schema may have to be able to create in it; and who grants has to own.
    OWNER_OF_SCHEMA(SchemaStage.AFTER_COPY),
    PRIVILEGES_ON_SCHEMA(SchemaStage.AFTER_COPY),
    OWNER_OF(SchemaStage.AFTER_COPY),
    PRIVILEGES_ON(SchemaStage.AFTER_COPY),
    SECURITY_LABEL(SchemaStage.AFTER_COPY),
    // Nothing is created behind them.
    DEFAULT_PRIVILEGES(SchemaStage.AFTER_COPY),
    REFRESH(SchemaStage.BEFORE_CUTOVER),
    IDENTITY(SchemaStage.AT_CUTOVER),
    ROW_SECURITY(SchemaStage.AT_CUTOVER),
    FIRING(SchemaStage.AT_CUTOVER),
    EVENT_FIRING(SchemaStage.AT_CUTOVER);

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
