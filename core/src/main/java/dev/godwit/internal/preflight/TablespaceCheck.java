package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No migrated table or index lies in a tablespace of its own choice. */
final class TablespaceCheck implements Check {
    private static final String SPACES = """
            SELECT quote_ident(s.spcname), count(*) FILTER (WHERE c.relkind IN ('r', 'p')), count(*) FILTER (WHERE c.relkind = 'i'),
                   pg_size_pretty(sum(pg_relation_size(c.oid))), min(r.relid::regclass::text)
              FROM (SELECT w.oid AS relid, w.oid AS oid FROM unnest(?::oid[]) AS w (oid)) r
              JOIN LATERAL (SELECT r.oid UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid) m ON true
              JOIN pg_catalog.pg_class c ON c.oid = m.oid
              JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
             GROUP BY 1 ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TABLESPACE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, SPACES)) {
            context.add(
                    FindingCode.TABLESPACE,
                    row.get(0),
                    row.get(1) + " table(s) and " + row.get(2) + " index(es) lie in tablespace " + row.get(0) + " ("
                            + row.get(3) + "), " + row.get(4)
                            + " for one; the target gets all of them in its default tablespace",
                    "room for them in the target's default tablespace",
                    "ALTER TABLE " + row.get(4) + " SET TABLESPACE " + row.get(0)
                            + "; -- on the target, if it is to have this tablespace, once the table is created there; locks"
                            + " and rewrites it");
        }
    }
}
