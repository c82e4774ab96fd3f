package dev.godwit.internal.watch;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A hash over the rows of the catalog that make up the user's schema and what of it is published, by one query without any
 * deparsing. The versions of the rows count, so nearly every DDL changes it, also such as leaves every definition as it was;
 * TRUNCATE, VACUUM, ANALYZE, REINDEX and CLUSTER do not. Where TRUNCATE is not sent, the tables' files count as well.
 */
final class SourceFingerprint {
    private static final String QUERY = """
            WITH spaces AS (
                SELECT oid, nspname FROM pg_catalog.pg_namespace n
                 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> 'godwit'),
            relations AS (
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident, c.relispartition,
                       c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                       CASE WHEN c.relkind = 'r' AND current_setting('server_version_num')::int < 110000
                            THEN pg_catalog.pg_relation_filenode(c.oid) END AS file
                  FROM pg_catalog.pg_class c JOIN spaces n ON n.oid = c.relnamespace
                 WHERE c.relpersistence <> 't')
            SELECT md5(coalesce(string_agg(part, ';' ORDER BY part COLLATE "C"), '')) FROM (
                SELECT concat_ws(':', 'class', oid, nspname, relname, relkind, relpersistence, relreplident,
                                 relispartition, relrowsecurity, relforcerowsecurity, reloptions, file) AS part FROM relations
                UNION ALL
                SELECT concat_ws(':', 'attribute', attrelid, attnum, a.xmin) FROM pg_catalog.pg_attribute a
                  JOIN relations r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'c') WHERE a.attnum > 0
                UNION ALL
                SELECT concat_ws(':', 'default', d.adrelid, d.adnum, d.xmin) FROM pg_catalog.pg_attrdef d
                  JOIN relations r ON r.oid = d.adrelid
                UNION ALL
                SELECT concat_ws(':', 'index', i.indexrelid, i.indisvalid, i.indisreplident) FROM pg_catalog.pg_index i
                  JOIN relations r ON r.oid = i.indrelid
                UNION ALL
                SELECT concat_ws(':', 'inherits', i.inhrelid, i.inhparent) FROM pg_catalog.pg_inherits i
                  JOIN relations r ON r.oid = i.inhrelid
                UNION ALL
                SELECT concat_ws(':', 'constraint', k.oid, k.xmin) FROM pg_catalog.pg_constraint k
                  JOIN spaces n ON n.oid = k.connamespace
                UNION ALL
                SELECT concat_ws(':', 'trigger', t.oid, t.xmin) FROM pg_catalog.pg_trigger t
                  JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
                UNION ALL
                SELECT concat_ws(':', 'rule', w.oid, w.xmin) FROM pg_catalog.pg_rewrite w
                  JOIN relations r ON r.oid = w.ev_class
                UNION ALL
                SELECT concat_ws(':', 'policy', p.oid, p.xmin) FROM pg_catalog.pg_policy p
                UNION ALL
                SELECT concat_ws(':', 'sequence', s.seqrelid, s.xmin) FROM pg_catalog.pg_sequence s
                  JOIN relations r ON r.oid = s.seqrelid
                UNION ALL
                SELECT concat_ws(':', 'type', t.oid, t.xmin) FROM pg_catalog.pg_type t
                  JOIN spaces n ON n.oid = t.typnamespace WHERE t.typtype IN ('d', 'e', 'r')
                UNION ALL
                SELECT concat_ws(':', 'label', e.oid, e.xmin) FROM pg_catalog.pg_enum e
                UNION ALL
                SELECT concat_ws(':', 'published', p.oid, p.xmin, r.oid) FROM pg_catalog.pg_publication p
                  LEFT JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid WHERE p.pubname = ?
                UNION ALL
                SELECT concat_ws(':', 'function', p.oid, p.xmin) FROM pg_catalog.pg_proc p
                  JOIN spaces n ON n.oid = p.pronamespace) parts
            """;

    private SourceFingerprint() {}

    static String read(Connection source, String publication) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(QUERY)) {
            query.setString(1, publication);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
