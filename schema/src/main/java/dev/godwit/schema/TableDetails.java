package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What making a table anew needs beyond its model, read for all tables at once. */
final class TableDetails {

    /**
     * The clauses of CREATE TABLE.
     *
     * @param options storage parameters, also those of the TOAST table
     * @param partitionKey such as {@code RANGE (paid_at)}
     * @param bound such as {@code FOR VALUES IN (1)}
     * @param type the composite type of a typed table
     * @param method the access method, unless it is heap
     * @param hasOids whether it has the hidden column oid that no version since 12 knows
     * @param server the clause that makes a foreign table one: its server, and its options if it has any
     */
    record Clauses(
            @Nullable String options,
            @Nullable String partitionKey,
            @Nullable String bound,
            @Nullable String type,
            @Nullable String method,
            boolean hasOids,
            @Nullable String server) {}

    /**
     * A CHECK or, since 18, NOT NULL constraint.
     *
     * @param clause {@code CONSTRAINT name CHECK (..)}
     * @param column the column of NOT NULL
     * @param isValid whether it holds for all rows
     * @param isLocal whether the table defines it itself, even if it inherits it too
     * @param callsFunctions whether it calls a function that does not come with the server
     */
    record Constraint(
            ObjectId id,
            String name,
            String clause,
            @Nullable String column,
            boolean isValid,
            boolean isLocal,
            boolean callsFunctions) {}

    private record Row<T>(long table, T value) {}

    private record DefaultId(String column, long oid) {}

    private record ForeignColumn(String column, String options) {}

    private final Map<Long, Clauses> clauses = new HashMap<>();
    private final Map<Long, List<Constraint>> constraints = new HashMap<>();
    private final Map<Long, Map<String, ObjectId>> defaults = new HashMap<>();
    private final Map<Long, Map<String, String>> foreignColumns = new HashMap<>();

    private TableDetails() {}

    Clauses clauses(Table table) {
        Clauses found = clauses.get(table.oid());
        if (found == null) {
            throw new IllegalStateException("Table " + table.name() + " vanished while the catalog was read");
        }
        return found;
    }

    List<Constraint> constraints(Table table) {
        return constraints.getOrDefault(table.oid(), List.of());
    }

    /** The addresses of the table's defaults by column. */
    Map<String, ObjectId> defaults(Table table) {
        return defaults.getOrDefault(table.oid(), Map.of());
    }

    /** The options of a foreign table's columns, as they stand in {@code OPTIONS (..)}, by column. */
    Map<String, String> foreignColumns(Table table) {
        return foreignColumns.getOrDefault(table.oid(), Map.of());
    }

    /**
     * Reads the details of all tables.
     *
     * @param namesNotNull whether NOT NULL is a constraint with a name where the server has it so
     */
    static TableDetails read(CatalogQuery query, boolean namesNotNull) throws SQLException {
        TableDetails details = new TableDetails();
        for (Row<Clauses> row : readClauses(query)) {
            details.clauses.put(row.table(), row.value());
        }
        for (Row<Constraint> row : readConstraints(query, namesNotNull ? "'c', 'n'" : "'c'")) {
            details.constraints
                    .computeIfAbsent(row.table(), oid -> new ArrayList<>())
                    .add(row.value());
        }
        for (Row<DefaultId> row : readDefaults(query)) {
            details.defaults
                    .computeIfAbsent(row.table(), oid -> new HashMap<>())
                    .put(
                            row.value().column(),
                            new ObjectId(ObjectId.ATTRDEF, row.value().oid()));
        }
        for (Row<ForeignColumn> row : readForeignColumns(query)) {
            details.foreignColumns
                    .computeIfAbsent(row.table(), oid -> new HashMap<>())
                    .put(row.value().column(), row.value().options());
        }
        return details;
    }

    private static List<Row<Clauses>> readClauses(CatalogQuery query) throws SQLException {
        String sql = """
                SELECT c.oid, concat_ws(', ', @options, @toast), pg_get_partkeydef(c.oid),
                       pg_get_expr(c.relpartbound, c.oid),
                       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END, @method, @oids,
                       (SELECT format('SERVER %I', s.srvname) || COALESCE(E'\\nOPTIONS (' || @foreign || ')', '')
                        FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)
                FROM pg_class c LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid
                WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384
                """.replace("@options", SqlText.options("c.reloptions", ""))
                .replace("@foreign", SqlText.foreignOptions("f.ftoptions", "true"))
                .replace("@toast", SqlText.options("tc.reloptions", "toast."))
                .replace(
                        "@method",
                        query.since(
                                12,
                                "(SELECT quote_ident(am.amname) FROM pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap')",
                                "NULL"))
                .replace("@oids", query.since(12, "false", "c.relhasoids"));
        return query.list(
                sql,
                row -> new Row<>(
                        row.getLong(1),
                        new Clauses(
                                row.getString(2).isEmpty() ? null : row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getBoolean(7),
                                row.getString(8))));
    }

    private static List<Row<ForeignColumn>> readForeignColumns(CatalogQuery query) throws SQLException {
        String sql = """
                SELECT a.attrelid, a.attname, @options
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relkind = 'f' AND a.attfdwoptions IS NOT NULL AND NOT a.attisdropped
                """.replace("@options", SqlText.foreignOptions("a.attfdwoptions", "true"));
        return query.list(sql, row -> new Row<>(row.getLong(1), new ForeignColumn(row.getString(2), row.getString(3))));
    }

    private static List<Row<Constraint>> readConstraints(CatalogQuery query, String types) throws SQLException {
        return query.list(
                """
                SELECT c.conrelid, c.oid, quote_ident(c.conname),
                       format('CONSTRAINT %%I %%s', c.conname, pg_get_constraintdef(c.oid)), a.attname,
                       c.convalidated, c.conislocal,
                       EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass AND d.objid = c.oid
                               AND d.refclassid = 'pg_proc'::regclass AND d.refobjid >= 16384)
                FROM pg_constraint c
                LEFT JOIN pg_attribute a ON c.contype = 'n' AND a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                WHERE c.conrelid <> 0 AND c.contype IN (%s)
                ORDER BY c.conrelid, c.conname
                """.formatted(types),
                row -> new Row<>(
                        row.getLong(1),
                        new Constraint(
                                new ObjectId(ObjectId.CONSTRAINT, row.getLong(2)),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getBoolean(6),
                                row.getBoolean(7),
                                row.getBoolean(8))));
    }

    private static List<Row<DefaultId>> readDefaults(CatalogQuery query) throws SQLException {
        return query.list("""
                SELECT d.adrelid, d.oid, a.attname
                FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                WHERE d.adrelid >= 16384
                """, row -> new Row<>(row.getLong(1), new DefaultId(row.getString(3), row.getLong(2))));
    }
}
