package dev.godwit.internal.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;

/**
 * How the large objects of the source are read, under the snapshot of one transaction. Who may read {@code pg_largeobject} learns
 * from the versions of an object's pages whether it was written to, which is quicker than looking at what is in them, and needs no lock
 * that writers of large objects would hold back. Anybody else reads through the functions for large objects.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-largeobject.html">PostgreSQL manual: pg_largeobject</a>
 */
abstract sealed class LargeObjectReader {
    private static final int LISTED_AT_A_TIME = 1_000;

    private static final String COMMENT = """
             LEFT JOIN pg_catalog.pg_description d
                    ON d.classoid = 'pg_catalog.pg_largeobject'::regclass AND d.objoid = m.oid AND d.objsubid = 0
            """;

    final Connection source;

    private LargeObjectReader(Connection source) {
        this.source = source;
    }

    /** Begins the transaction; the caller ends it. */
    static LargeObjectReader begin(Connection source, TimeLimit limit) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            limit.impose(source);
            try (ResultSet row = statement.executeQuery(
                    "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')")) {
                row.next();
                return row.getBoolean(1) ? new Pages(source) : new Pieces(source);
            }
        }
    }

    /** Gives OID, estimated size, mark of the contents, and a hash of the comment; by OID. */
    abstract PreparedStatement list() throws SQLException;

    /** Gives OID, offset and bytes of what the objects hold; what it leaves out are zeros, except behind an object's end. */
    abstract PreparedStatement contents(Collection<Long> oids) throws SQLException;

    final PreparedStatement comments(Collection<Long> oids) throws SQLException {
        return prepare(
                "SELECT m.oid::bigint, d.description FROM unnest(?::bigint[]::oid[]) AS m (oid)" + COMMENT, oids);
    }

    final PreparedStatement prepare(String sql, Collection<Long> oids) throws SQLException {
        PreparedStatement query = source.prepareStatement(sql);
        query.setArray(1, source.createArrayOf("int8", oids.toArray()));
        return query;
    }

    /** By pages of the catalog. */
    private static final class Pages extends LargeObjectReader {
        /** Two pages of an eighth of a MiB are on their way at a time. */
        private static final int PAGES_AT_A_TIME = 64;

        /** What no other value of the counter is as far from as a version that was frozen long ago. */
        private static final String BASE = """
                SELECT pg_catalog.txid_snapshot_xmin(s)
                       + age((pg_catalog.txid_snapshot_xmin(s) % 4294967296)::text::xid),
                       current_setting('block_size')::bigint / 4
                  FROM pg_catalog.txid_current_snapshot() s
                """;

        /** Each version bears the number of the transaction that wrote it; of an ancient one it says nothing any more. */
        private static final String VERSION =
                "CASE WHEN age(%s) BETWEEN 1 AND 2147483646 THEN ? - age(%1$s) ELSE 0 END";

        /**
         * Whatever is written, a page gets a new version (a truncation writes the last one). No sum alone would tell for sure, since
         * transactions may commit in another order than they began.
         */
        private static final String LIST =
                """
                SELECT m.oid::bigint, coalesce(p.pages, 0) * ?,
                       concat_ws(' ', 'v', m.version, p.pages, p.latest, p.sum, p.weighted),
                       md5(convert_to(d.description, 'UTF8'))
                  FROM (SELECT oid, %s AS version FROM pg_catalog.pg_largeobject_metadata) m
                  LEFT JOIN (SELECT v.loid, count(*) AS pages, max(v.version) AS latest, sum(v.version) AS sum,
                                    sum(v.version %% 2147483647 * (v.pageno + 1)) AS weighted
                               FROM (SELECT loid, pageno, %s AS version FROM pg_catalog.pg_largeobject) v
                              GROUP BY v.loid) p ON p.loid = m.oid
                """.formatted(VERSION.formatted("xmin"), VERSION.formatted("xmin")) + COMMENT + " ORDER BY m.oid";

        private static final String CONTENTS = """
                SELECT loid::bigint, pageno::bigint * %d, data
                  FROM pg_catalog.pg_largeobject WHERE loid = ANY (?::bigint[]::oid[]) ORDER BY loid, pageno
                """;

        private final long base;
        private final long pageBytes;

        Pages(Connection source) throws SQLException {
            super(source);
            try (Statement statement = source.createStatement();
                    ResultSet row = statement.executeQuery(BASE)) {
                row.next();
                base = row.getLong(1);
                pageBytes = row.getLong(2);
            }
        }

        @Override
        PreparedStatement list() throws SQLException {
            PreparedStatement query = source.prepareStatement(LIST);
            query.setFetchSize(LISTED_AT_A_TIME);
            query.setLong(1, pageBytes);
            query.setLong(2, base);
            query.setLong(3, base);
            return query;
        }

        @Override
        PreparedStatement contents(Collection<Long> oids) throws SQLException {
            try (Statement statement = source.createStatement()) {
                // Without statistics the server would read the whole table for a few objects, or sort large ones.
                statement.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
            }
            PreparedStatement query = prepare(CONTENTS.formatted(pageBytes), oids);
            query.setFetchSize(PAGES_AT_A_TIME);
            return query;
        }
    }

    /** By the functions for large objects. */
    private static final class Pieces extends LargeObjectReader {
        private static final int PIECE_BYTES = 256 * 1024;
        private static final int PIECES_AT_A_TIME = 4;

        /** Nothing tells an object's size but its end; each row opens and closes one, so that few are open. */
        private static final String SIZE = """
                 CROSS JOIN LATERAL (
                    SELECT pg_catalog.lo_lseek64(o.fd, 0, 2) AS size, pg_catalog.lo_close(o.fd)
                      FROM (SELECT pg_catalog.lo_open(m.oid, 262144) AS fd OFFSET 0) o OFFSET 0) s
                """;

        private static final String LIST = """
                SELECT m.oid::bigint, s.size, concat_ws(' ', 'h', s.size, h.hash), md5(convert_to(d.description, 'UTF8'))
                  FROM pg_catalog.pg_largeobject_metadata m
                """ + COMMENT + SIZE + """
                 CROSS JOIN LATERAL (
                    SELECT md5(string_agg(md5(pg_catalog.lo_get(m.oid, i * %1$d, %1$d)), '' ORDER BY i)) AS hash
                      FROM generate_series(0, (s.size - 1) / %1$d) AS i) h
                 ORDER BY m.oid
                """.formatted(PIECE_BYTES);

        private static final String CONTENTS = """
                SELECT m.oid::bigint, i * %1$d, pg_catalog.lo_get(m.oid, i * %1$d, %1$d)
                  FROM unnest(?::bigint[]::oid[]) AS m (oid)
                """.formatted(PIECE_BYTES) + SIZE + """
                 CROSS JOIN LATERAL generate_series(0, (s.size - 1) / %d) AS i
                """.formatted(PIECE_BYTES);

        Pieces(Connection source) {
            super(source);
        }

        @Override
        PreparedStatement list() throws SQLException {
            PreparedStatement query = source.prepareStatement(LIST);
            query.setFetchSize(LISTED_AT_A_TIME);
            return query;
        }

        @Override
        PreparedStatement contents(Collection<Long> oids) throws SQLException {
            PreparedStatement query = prepare(CONTENTS, oids);
            query.setFetchSize(PIECES_AT_A_TIME);
            return query;
        }
    }
}
