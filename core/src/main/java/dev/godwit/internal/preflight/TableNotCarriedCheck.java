package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

/** The schema preparer leaves out no table whose rows are to be migrated. */
final class TableNotCarriedCheck implements Check {
    private static final String EXISTING = """
            SELECT format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(c.relname, '"', '""'))
              FROM unnest(?::text[], ?::text[]) AS w (nspname, relname)
              JOIN pg_catalog.pg_namespace n ON n.nspname = w.nspname
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TABLE_NOT_CARRIED);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<String> there = !context.targetExists()
                ? Set.of()
                : TableQuery.ofTarget(context, EXISTING).stream()
                        .map(row -> row.get(0))
                        .collect(Collectors.toSet());
        for (Table table : context.catalog().tables()) {
            String name = table.name().quoted();
            if (there.contains(name)) {
                continue;
            }
            for (String note : context.schemaPlan().notCarried()) {
                if (note.startsWith("table " + name + ": it ")) {
                    context.add(
                            FindingCode.TABLE_NOT_CARRIED,
                            table.name().toString(),
                            "the schema preparer does not create " + note,
                            "a table " + name + " on the target, since its rows are selected",
                            "create on the target what the table needs, and the table itself; or exclude it from the table"
                                    + " filter");
                }
            }
        }
    }
}
