package dev.godwit.internal.preflight;

import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables of the target that bear the names of tables that are to be migrated. */
final class TargetTables {
    private static final String EXISTING = """
            SELECT n.nspname, c.relname, pg_has_role(c.relowner, 'USAGE'),
                   has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
                       AND NOT row_security_active(c.oid),
                   quote_ident(current_user)
              FROM unnest(?::text[], ?::text[]) AS w (nspname, relname)
              JOIN pg_catalog.pg_namespace n ON n.nspname = w.nspname
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname
             WHERE c.relkind IN ('r', 'p')
            """;

    /**
     * A table of the target.
     *
     * @param table the source's table of this name
     * @param isOwned whether the target's role owns it
     * @param holdsRows whether it holds rows; false if the role may not read it, or row security hides some
     * @param isCreated whether the schema preparer is going to create it, which fails where there is one
     * @param role the target's role, quoted
     */
    record Existing(Table table, boolean isOwned, boolean holdsRows, boolean isCreated, String role) {}

    private TargetTables() {}

    /** Those that hold rows themselves; none if what is there is this migration's own. */
    static List<Existing> read(CheckContext context) throws SQLException {
        if (areOurOwn(context)) {
            return List.of();
        }
        Map<List<String>, List<String>> there = new HashMap<>();
        for (List<String> row : TableQuery.ofTarget(context, EXISTING)) {
            there.put(row.subList(0, 2), row);
        }
        Set<String> created =
                context.schemaPlan().steps().stream().map(SchemaStep::id).collect(Collectors.toSet());
        List<Existing> existing = new ArrayList<>();
        for (Table table : context.catalog().tables()) {
            List<String> row =
                    there.get(List.of(table.name().schema(), table.name().name()));
            if (row != null
                    && table.kind() == Table.Kind.ORDINARY
                    && table.configuration().isEmpty()) {
                existing.add(new Existing(
                        table,
                        row.get(2).equals("t"),
                        row.get(3).equals("t") && holdsRows(context, table),
                        created.contains("table " + table.name().quoted()),
                        row.get(4)));
            }
        }
        return existing;
    }

    /**
     * Whether nothing is to be said of what the target holds: it is the source itself, or this migration has filled it; the copy looks for
     * rows of others before it fills a table.
     */
    static boolean areOurOwn(CheckContext context) throws SQLException {
        return context.identities()
                        .source()
                        .isSameDatabaseAs(context.identities().target())
                || context.isRecorded();
    }

    static String dropping(Existing existing) {
        return "DROP TABLE " + existing.table().name().quoted()
                + "; -- on the target, or use SchemaPreparers.none() and empty tables";
    }

    private static boolean holdsRows(CheckContext context, Table table) throws SQLException {
        return CheckContext.row(
                        context.target(),
                        "SELECT EXISTS (SELECT 1 FROM ONLY " + table.name().quoted() + ")")
                .get(0)
                .equals("t");
    }
}
