package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Rows are not so wide that the heap has to be chosen by them. */
final class WideRowsCheck implements Check {
    private static final long BYTES_PER_MEBIBYTE = 1024L * 1024;

    private static final String WIDE = """
            SELECT c.oid::regclass, pg_size_pretty((pg_relation_size(c.reltoastrelid) / c.reltuples)::bigint)
              FROM pg_catalog.pg_class c
             WHERE c.oid = ANY (?) AND c.reltoastrelid <> 0 AND c.reltuples >= 1
               AND pg_relation_size(c.reltoastrelid) / c.reltuples >= 16 * 1024 * 1024
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.WIDE_ROWS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, WIDE)) {
            context.add(
                    FindingCode.WIDE_ROWS,
                    row.get(0),
                    "a row of table " + row.get(0) + " holds " + row.get(1)
                            + " of large values on average, and single rows may hold more; a row on its way exists several"
                            + " times in this process",
                    "a heap of at least eight times the largest row (this process may use "
                            + Runtime.getRuntime().maxMemory() / BYTES_PER_MEBIBYTE
                            + " MB), and no value near 1 GB as text, which the server itself cannot send",
                    "java -Xmx… with eight times the largest row; SELECT max(pg_column_size(t.*)) FROM " + row.get(0)
                            + " t reads the whole table to tell it");
        }
    }
}
