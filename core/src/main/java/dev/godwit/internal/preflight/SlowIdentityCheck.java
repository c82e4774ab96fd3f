package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** A row that is changed can be found on the target without reading a large table. */
final class SlowIdentityCheck implements Check {
    private static final String KEYLESS = """
            SELECT c.oid::regclass, c.reltuples::bigint
              FROM pg_catalog.pg_class c
             WHERE c.oid = ANY (?) AND c.relkind = 'r' AND c.relreplident = 'f' AND c.reltuples >= 1000000
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i
                                WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
                                  AND i.indpred IS NULL AND i.indexprs IS NULL
                                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                                                   WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull))
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SLOW_IDENTITY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, KEYLESS)) {
            context.add(
                    FindingCode.SLOW_IDENTITY,
                    row.get(0),
                    "table " + row.get(0) + " has about " + row.get(1)
                            + " rows, REPLICA IDENTITY FULL and no unique index on"
                            + " NOT NULL columns, so each row that is updated or deleted is searched for in the whole table",
                    "a key by which a row is found, or few UPDATEs and DELETEs during the migration",
                    "ALTER TABLE " + row.get(0) + " ADD PRIMARY KEY (…); -- then REPLICA IDENTITY DEFAULT");
        }
    }
}
