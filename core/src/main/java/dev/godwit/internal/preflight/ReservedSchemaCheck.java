package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source has nothing of the application in the schema that is the migration's own on the target. */
final class ReservedSchemaCheck implements Check {
    private static final String RELATIONS = """
            SELECT count(*), min(c.oid::regclass::text)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'godwit' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.RESERVED_SCHEMA);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(context.source(), RELATIONS);
        if (!row.get(0).equals("0")) {
            context.add(
                    FindingCode.RESERVED_SCHEMA,
                    "godwit",
                    "schema godwit of the source holds " + row.get(0) + " relation(s), " + row.get(1)
                            + " for one; they are left out, as the migration keeps its own state in a schema of this name",
                    "no objects of the application in schema godwit",
                    "ALTER SCHEMA godwit RENAME TO …; -- or DROP SCHEMA godwit CASCADE, if it is what an earlier migration to"
                            + " this server left behind");
        }
    }
}
