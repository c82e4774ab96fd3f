package dev.godwit.internal.schema;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of steps that create something by itself, by what their identifiers begin with, and how it is found. Where one begins as another
 * one does, the longer stands first.
 */
enum CreatedKind {
    EVENT_TRIGGER("pg_event_trigger"),
    MATERIALIZED_VIEW("pg_class", "to_regclass(?)", "o.relkind = 'm'"),
    VIEW_DEFINITION(null, "", ""),
    VIEW("pg_class", "to_regclass(?)", "o.relkind = 'v'"),
    FOREIGN_TABLE("pg_class", "to_regclass(?)", "o.relkind = 'f'"),
    TABLE("pg_class", "to_regclass(?)", "o.relkind IN ('r', 'p')"),
    SEQUENCE_OWNER(null, "", ""),
    SEQUENCE("pg_class", "to_regclass(?)", "o.relkind = 'S'"),
    /** Goes with its server. */
    USER_MAPPING(null, "", ""),
    SERVER("pg_foreign_server"),
    FOREIGN_DATA_WRAPPER("pg_foreign_data_wrapper"),
    AGGREGATE("pg_proc", "to_regprocedure(?)", "true"),
    FUNCTION("pg_proc", "to_regprocedure(?)", "true"),
    TEXT_SEARCH_CONFIGURATION("pg_ts_config"),
    TEXT_SEARCH_DICTIONARY("pg_ts_dict"),
    TEXT_SEARCH_TEMPLATE("pg_ts_template"),
    TEXT_SEARCH_PARSER("pg_ts_parser"),
    CONVERSION("pg_conversion"),
    TRANSFORM(
            "pg_transform",
            "(SELECT t.oid FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang"
                    + " WHERE format('for %s language %s', format_type(t.trftype, NULL), l.lanname) = ?)",
            "true"),
    LANGUAGE("pg_language"),
    OPERATOR_FAMILY_MEMBERS(null, "", ""),
    OPERATOR_CLASS("pg_opclass"),
    OPERATOR_FAMILY("pg_opfamily"),
    OPERATOR("pg_operator"),
    ACCESS_METHOD("pg_am"),
    CAST("pg_cast"),
    TYPE_SHELL("pg_type", "to_regtype(?)", "NOT o.typisdefined"),
    TYPE("pg_type", "to_regtype(?)", "true"),
    COLLATION("pg_collation"),
    EXTENSION("pg_extension", "(SELECT e.oid FROM pg_catalog.pg_extension e WHERE quote_ident(e.extname) = ?)", "true"),
    SCHEMA("pg_namespace", "(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE quote_ident(n.nspname) = ?)", "true");

    /** The catalog that holds it; null for steps that only change what others have created. */
    @Nullable
    private final String catalog;

    private final String lookup;
    private final String condition;

    CreatedKind(@Nullable String catalog, String lookup, String condition) {
        this.catalog = catalog;
        this.lookup = lookup;
        this.condition = condition;
    }

    /** A kind whose steps are called what the server calls the object. */
    CreatedKind(String catalog) {
        this(
                catalog,
                "(SELECT x.oid FROM pg_catalog.@ x WHERE (pg_identify_object('pg_catalog.@'::regclass, x.oid, 0)).identity = ?)"
                        .replace("@", catalog),
                "true");
    }

    /** Query for the catalogs, and what each of them holds that may be somebody's. */
    static String contents() {
        return Arrays.stream(values())
                .flatMap(kind -> Stream.ofNullable(kind.catalog))
                .distinct()
                // Extensions and schemas come with the server, too, and are created only where they are missing.
                .map(name -> "SELECT '" + name + "' AS catalog, array_agg(oid) AS oids FROM pg_catalog." + name
                        + (name.equals("pg_extension") || name.equals("pg_namespace") ? "" : " WHERE oid >= 16384"))
                .collect(Collectors.joining("\nUNION ALL "));
    }

    @Nullable
    String catalog() {
        return catalog;
    }

    /** Expression: the oid of the object with a name that is bound. */
    String lookup() {
        return lookup;
    }

    /** Condition on the alias {@code o} of the catalog. */
    String condition() {
        return condition;
    }

    /** What a step's identifier begins with. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " ";
    }
}
