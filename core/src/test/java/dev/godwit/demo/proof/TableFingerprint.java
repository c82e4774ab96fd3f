package dev.godwit.demo.proof;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * What identifies a table's rows whatever their order: how many, and the sums of both halves of each row's MD5. A sum,
 * not an exclusive or, so that a row that is there twice does not vanish from it.
 */
record TableFingerprint(long rows, BigDecimal high, BigDecimal low) {

    /** Partitions stand for their root, which has no rows; views, also materialized ones, hold no rows of their own. */
    private static final String TABLES = """
            SELECT c.oid::regclass::text AS name, format('%I.%I', n.nspname, c.relname) AS quoted
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname = 'public'
            ORDER BY c.relname""";

    /** The text of a row is the same on both servers under the settings that {@link Comparison#connect} pins. */
    private static final String FINGERPRINT = """
            SELECT count(*), coalesce(sum(('x' || substr(hash, 1, 16))::bit(64)::bigint), 0),
                coalesce(sum(('x' || substr(hash, 17))::bit(64)::bigint), 0)
            FROM (SELECT md5(t::text) AS hash FROM ONLY %s t) hashed""";

    /** Takes the fingerprint of every table of the database, as the connection's transaction sees it. */
    static Map<String, TableFingerprint> all(Connection connection) throws SQLException {
        Map<String, String> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.put(rows.getString("name"), rows.getString("quoted"));
            }
        }
        Map<String, TableFingerprint> fingerprints = new TreeMap<>();
        for (Map.Entry<String, String> table : tables.entrySet()) {
            fingerprints.put(table.getKey(), of(connection, table.getValue()));
        }
        return fingerprints;
    }

    private static TableFingerprint of(Connection connection, String quoted) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FINGERPRINT.formatted(quoted))) {
            rows.next();
            return new TableFingerprint(rows.getLong(1), rows.getBigDecimal(2), rows.getBigDecimal(3));
        }
    }
}
