package dev.godwit.internal.verify;

import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The hash function that both servers compute, as 32 hexadecimal digits: MD5, which is fast and everywhere, or the beginning of SHA-256
 * where a server refuses MD5 (FIPS mode).
 *
 * <p>The hash is of bytes; between servers of different encodings text is converted to UTF-8 first.
 *
 * @param function which one
 * @param encoding what text is converted to, the name of an encoding; empty where MD5 takes it as it is
 * @see <a href="https://www.postgresql.org/docs/current/functions-binarystring.html">PostgreSQL manual: binary string functions</a>
 */
record Digest(Function function, String encoding) {
    private static final int SHA256_SINCE = 110_000;

    /** The functions that servers have. */
    enum Function {
        MD5,
        SHA256
    }

    /**
     * Finds out what both servers can compute.
     *
     * @throws MigrationException if there is nothing
     */
    static Digest common(Connection source, Connection target) throws SQLException {
        String encoding = encoding(source);
        boolean converted = !encoding.equals(encoding(target));
        String common = converted ? "UTF8" : encoding;
        List<Connection> both = List.of(source, target);
        for (Connection side : both) {
            if (!computes(side, "md5('')")) {
                return sha256(both, common);
            }
        }
        return new Digest(Function.MD5, converted ? common : "");
    }

    private static Digest sha256(List<Connection> both, String encoding) throws SQLException {
        for (Connection side : both) {
            if (version(side) < SHA256_SINCE || !computes(side, "sha256('')")) {
                throw new MigrationException(
                        null,
                        "the rows cannot be compared: one server refuses MD5 (FIPS mode), and PostgreSQL "
                                + version(side) / 10_000
                                + " on the other side has no SHA-256. Compare numbers of rows (VerificationMode.COUNTS), or allow MD5",
                        null);
            }
        }
        return new Digest(Function.SHA256, encoding);
    }

    /** The transaction, which sees the snapshot, must survive. */
    private static boolean computes(Connection side, String call) throws SQLException {
        var before = side.setSavepoint();
        try (Statement statement = side.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + call)) {
            return row.next();
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            side.rollback(before);
            return false;
        }
    }

    private static String encoding(Connection side) throws SQLException {
        try (Statement statement = side.createStatement();
                ResultSet row = statement.executeQuery("SELECT getdatabaseencoding()")) {
            row.next();
            return row.getString(1);
        }
    }

    static int version(Connection side) throws SQLException {
        try (Statement statement = side.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Tells whether text has other bytes on the other side. */
    boolean converts() {
        return encoding.equals("UTF8");
    }

    /** Gives the hash of an expression of type text; NULL for NULL. */
    String ofText(String text) {
        return encoding.isEmpty() ? "md5(" + text + ")" : ofBytes("convert_to(" + text + ", '" + encoding + "')");
    }

    /** Gives the hash of an expression of type bytea; NULL for NULL. */
    String ofBytes(String bytes) {
        return switch (function) {
            case MD5 -> "md5(" + bytes + ")";
            case SHA256 -> "left(encode(sha256(" + bytes + "), 'hex'), 32)";
        };
    }
}
