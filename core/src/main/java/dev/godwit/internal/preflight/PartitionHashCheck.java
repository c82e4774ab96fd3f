package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No hash partitioning is by values that have another hash on the target. */
final class PartitionHashCheck implements Check {
    private static final String KEYS = """
            SELECT p.partrelid::regclass, a.attname, format_type(a.atttypid, NULL)
              FROM pg_catalog.pg_partitioned_table p
              JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[]) AND a.attnum > 0
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typelem <> 0 AND t.typlen = -1
                                                        THEN t.typelem ELSE t.oid END
             WHERE p.partrelid = ANY (?) AND p.partstrat = 'h'
               AND (b.typtype = 'e' OR b.typnamespace = 'pg_catalog'::regnamespace
                                       AND b.typname IN ('regproc', 'regprocedure', 'regoper', 'regoperator', 'regclass', 'regtype',
                                                         'regrole', 'regnamespace', 'regconfig', 'regdictionary', 'regcollation'))
             ORDER BY 1, a.attnum
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PARTITION_HASH);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, KEYS)) {
            context.add(
                    FindingCode.PARTITION_HASH,
                    row.get(0),
                    "table " + row.get(0) + " is partitioned by the hash of " + row.get(1) + " of type " + row.get(2)
                            + ", whose hash is that of an OID, which the target's database gives anew: rows would belong to"
                            + " other partitions there, and the target refuses them",
                    "a partition key whose hash is the same in every database",
                    "make it anew with another key, such as the column as text; or exclude the table");
        }
    }
}
