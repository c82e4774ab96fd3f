package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Rows belong to the same partitions on both sides where that hangs on the order or the bytes of text. */
final class PartitionOrderCheck implements Check {
    private static final String KEYS = """
            SELECT DISTINCT p.partrelid::regclass::text, p.partstrat::text, c.collname::text
              FROM pg_catalog.pg_partitioned_table p
              CROSS JOIN LATERAL unnest(p.partcollation::oid[]) AS k (oid)
              JOIN pg_catalog.pg_collation c ON c.oid = k.oid
             WHERE p.partrelid = ANY (?) AND p.partstrat IN ('r', 'h')
             ORDER BY 1, 2, 3
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PARTITION_ORDER);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        DatabaseLocale source = DatabaseLocale.read(context.source());
        DatabaseLocale target = DatabaseLocale.read(context.target());
        for (List<String> row : TableQuery.ofSource(context, KEYS)) {
            boolean hash = row.get(1).equals("h");
            if (hash && !source.encoding().equals(target.encoding())) {
                report(
                        context,
                        row.get(0),
                        "by the hash of text, which is that of its bytes: encoding " + source.encoding()
                                + " on the source, " + target.encoding() + " on the target");
            } else if (!hash && row.get(2).equals("default") && !source.sortsLike(target)) {
                report(
                        context,
                        row.get(0),
                        "by the order of text, which is " + source.description() + " on the source, "
                                + target.description() + " on the target");
            }
        }
    }

    private static void report(CheckContext context, String table, String why) {
        context.add(
                FindingCode.PARTITION_ORDER,
                table,
                "table " + table + " is partitioned " + why
                        + ": the target refuses a row that belongs to another partition there",
                "bounds and values that both sides route alike",
                "create the target database with the source's encoding and locale; or make the key COLLATE \"C\"; or exclude the"
                        + " table");
    }
}
