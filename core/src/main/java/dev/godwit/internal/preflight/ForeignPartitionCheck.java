package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No partition of a migrated table lies on another server. */
final class ForeignPartitionCheck implements Check {
    private static final String FOREIGN = """
            SELECT c.oid::regclass, i.inhparent::regclass, c.relispartition
              FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
             WHERE c.relkind = 'f' AND i.inhparent = ANY (?)
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.FOREIGN_PARTITION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, FOREIGN)) {
            context.add(
                    FindingCode.FOREIGN_PARTITION,
                    row.get(0),
                    (row.get(2).equals("t") ? "partition " : "child ") + row.get(0) + " of table " + row.get(1)
                            + " is a foreign table: its rows lie on another server and are not copied; the target reads"
                            + " them there, if it can",
                    "partitions that hold their rows themselves, or an application that does without these",
                    "let the target reach the server of " + row.get(0)
                            + ", and give its user mappings their passwords there: ALTER USER MAPPING …");
        }
    }
}
