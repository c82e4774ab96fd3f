package dev.godwit.internal.preflight;

import dev.godwit.replication.RelationName;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No migrated table or index lies in a tablespace of its own choice, unless the plan makes it in one of that name. */
final class TablespaceCheck implements Check {
    private static final String SPACES = """
            SELECT s.spcname, quote_ident(s.spcname), count(*) FILTER (WHERE c.relkind IN ('r', 'p')), count(*) FILTER (WHERE c.relkind = 'i'),
                   pg_size_pretty(sum(pg_relation_size(c.oid))), min(r.relid::regclass::text)
              FROM (SELECT w.oid AS relid, w.oid AS oid FROM unnest(?::oid[]) AS w (oid)) r
              JOIN LATERAL (SELECT r.oid UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid) m ON true
              JOIN pg_catalog.pg_class c ON c.oid = m.oid
              JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
             GROUP BY 1, 2 ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TABLESPACE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, SPACES)) {
            String made = "SET LOCAL default_tablespace = " + RelationName.quote(row.get(0)) + ";";
            if (context.schemaPlan().steps().stream()
                    .anyMatch(step -> step.sql().startsWith(made))) {
                continue;
            }
            context.add(
                    FindingCode.TABLESPACE,
                    row.get(1),
                    row.get(2) + " table(s) and " + row.get(3) + " index(es) lie in tablespace " + row.get(1) + " ("
                            + row.get(4) + "), " + row.get(5)
                            + " for one; the target gets all of them in its default tablespace",
                    "room for them in the target's default tablespace",
                    "ALTER TABLE " + row.get(5) + " SET TABLESPACE " + row.get(1)
                            + "; -- on the target, if it is to have this tablespace, once the table is created there; locks"
                            + " and rewrites it");
        }
    }
}
