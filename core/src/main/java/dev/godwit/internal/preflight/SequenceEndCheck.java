package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Sequence;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No sequence is about to end, on the target rather than on the source. */
final class SequenceEndCheck implements Check {
    private static final int USED = 90;

    /** A role that may not read a sequence gets no last value; the check for rights has to say so. */
    private static final String ENDING = """
            SELECT e.oid::regclass, e.last, e.final, floor(e.used), e.narrow, e.attname
              FROM (SELECT q.oid, q.last, q.final, q.narrow, q.attname,
                           100 * (q.last - q.first)::numeric / nullif((q.final - q.first)::numeric, 0) AS used
                      FROM (SELECT c.oid, s.last_value::numeric AS last, s.cycle,
                                   CASE WHEN s.increment_by > 0 THEN s.min_value ELSE s.max_value END::numeric AS first,
                                   CASE WHEN s.increment_by < 0 THEN greatest(s.min_value, -a.most - 1)
                                        ELSE least(s.max_value, a.most) END::numeric AS final,
                                   CASE WHEN a.atttypid IN (21, 23) THEN a.attrelid::regclass END AS narrow,
                                   a.attname
                              FROM pg_catalog.pg_class c
                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                              JOIN pg_catalog.pg_sequences s ON s.schemaname = n.nspname AND s.sequencename = c.relname
                              LEFT JOIN (SELECT d.objid, a.attrelid, a.atttypid, quote_ident(a.attname) AS attname,
                                                CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647
                                                     WHEN 20 THEN 9223372036854775807 END AS most
                                           FROM pg_catalog.pg_depend d
                                           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                          WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
                                            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0) a
                                ON a.objid = c.oid
                             WHERE c.oid = ANY (?) AND s.last_value IS NOT NULL) q
                     WHERE NOT q.cycle) e
             WHERE e.used >= 90
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SEQUENCE_END);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Object[] oids =
                context.catalog().sequences().stream().map(Sequence::oid).toArray();
        try (PreparedStatement query = context.source().prepareStatement(ENDING)) {
            query.setArray(1, context.source().createArrayOf("oid", oids));
            try (ResultSet rows = query.executeQuery()) {
                for (List<String> row : CheckContext.read(rows)) {
                    report(context, row);
                }
            }
        }
    }

    private static void report(CheckContext context, List<String> row) {
        boolean narrow = !row.get(4).isEmpty();
        context.add(
                FindingCode.SEQUENCE_END,
                row.get(0),
                "sequence " + row.get(0) + " stands at " + row.get(1) + ", and " + row.get(3)
                        + " % of its numbers up to " + row.get(2)
                        + (narrow ? ", of column " + row.get(5) + " of table " + row.get(4) + "," : "") + " are used",
                "less than " + USED + " %, so that it does not end soon after the cutover",
                (narrow ? "ALTER TABLE " + row.get(4) + " ALTER COLUMN " + row.get(5) + " TYPE bigint; " : "")
                        + "ALTER SEQUENCE " + row.get(0) + " AS bigint NO MAXVALUE NO MINVALUE; --"
                        + (narrow ? " rewrites the table, so before the migration or after it;" : "")
                        + " the application must be able to take large numbers");
    }
}
