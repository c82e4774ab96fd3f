package dev.godwit.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The settings that every session of both servers runs with, whatever role, database or server say.
 *
 * <p>The text of values (in the stream, in COPY and in queries) depends on session settings such as DateStyle, and a session
 * must not die of a timeout that was meant for the application's sessions. The time zone is UTC; the driver itself asks for
 * that of the JVM, so it is set again after connecting.
 *
 * <p>Driver choices: {@code tcpKeepAlive} is on, on the server's side as well; {@code socketTimeout} stays off, because building an index
 * or waiting for an idle stream may rightly take hours (a caller that sets one keeps it on ordinary connections, never on replication
 * connections); server messages come without DETAIL, which holds row values.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">PostgreSQL manual: client defaults</a>
 */
public final class SessionSettings {

    private static final int MINIMUM_VERSION = 10;

    private static final String STARTUP_OPTIONS =
            "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

    private static final List<Setting> SETTINGS = List.of(
            new Setting("DateStyle", "ISO, YMD", 10),
            new Setting("IntervalStyle", "postgres", 10),
            new Setting("extra_float_digits", "3", 10),
            new Setting("bytea_output", "hex", 10),
            new Setting("lc_monetary", "C", 10),
            new Setting("TimeZone", "UTC", 10),
            new Setting("client_encoding", "UTF8", 10),
            new Setting("search_path", "", 10),
            new Setting("xmloption", "content", 10),
            new Setting("row_security", "off", 10),
            new Setting("standard_conforming_strings", "on", 10),
            new Setting("array_nulls", "on", 10),
            new Setting("transform_null_equals", "off", 10),
            new Setting("quote_all_identifiers", "off", 10),
            new Setting("client_min_messages", "warning", 10),
            new Setting("statement_timeout", "0", 10),
            new Setting("lock_timeout", "0", 10),
            new Setting("idle_in_transaction_session_timeout", "0", 10),
            new Setting("default_transaction_isolation", "read committed", 10),
            new Setting("default_transaction_deferrable", "off", 10),
            new Setting("synchronous_commit", "on", 10),
            new Setting("jit", "off", 11),
            new Setting("idle_session_timeout", "0", 14),
            new Setting("transaction_timeout", "0", 17));

    /**
     * So that the server, too, notices within a minute and a half that we are gone, and gives up the locks of our transaction.
     * Not every system has them all, which is no failure there.
     */
    private static final String KEEPALIVE = ", pg_catalog.set_config('tcp_keepalives_idle', '30', false)"
            + ", pg_catalog.set_config('tcp_keepalives_interval', '10', false)"
            + ", pg_catalog.set_config('tcp_keepalives_count', '6', false)";

    private record Setting(String name, String value, int sinceMajor) {}

    private SessionSettings() {}

    /**
     * Completes the driver's properties for an ordinary connection.
     *
     * @param properties changed in place; an {@code options} entry of the caller is kept and extended
     */
    public static void pin(Properties properties) {
        String options = properties.getProperty("options");
        properties.setProperty("options", options == null ? STARTUP_OPTIONS : options + " " + STARTUP_OPTIONS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("reWriteBatchedInserts", "false");
        properties.putIfAbsent("ApplicationName", "godwit");
    }

    /**
     * Completes the driver's properties for a connection that speaks the replication commands.
     *
     * @param properties changed in place, as by {@link #pin}
     */
    public static void pinReplication(Properties properties) {
        pin(properties);
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", Integer.toString(MINIMUM_VERSION));
        properties.setProperty("socketTimeout", "0");
    }

    /**
     * Sets all settings that this server's version knows, and reads each back.
     *
     * @param connection a fresh connection of either kind, in auto-commit mode
     * @throws SQLException if the server refuses a setting
     * @throws UnsupportedVersionException if the server is too old
     * @throws ReplicationException if a setting did not take
     */
    public static void applyAfterConnect(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < MINIMUM_VERSION) {
            throw new UnsupportedVersionException(major);
        }
        List<Setting> known = new ArrayList<>(SETTINGS);
        known.removeIf(setting -> setting.sinceMajor() > major);
        String set = known.stream()
                .map(s -> "pg_catalog.set_config('" + s.name() + "', '" + s.value() + "', false)")
                .collect(Collectors.joining(", ", "SELECT ", KEEPALIVE));
        String read = known.stream()
                .map(s -> "pg_catalog.current_setting('" + s.name() + "')")
                .collect(Collectors.joining(", ", "SELECT ", ""));
        try (Statement statement = connection.createStatement()) {
            statement.execute(set);
            try (ResultSet row = statement.executeQuery(read)) {
                row.next();
                verify(known, row);
            }
        }
    }

    private static void verify(List<Setting> known, ResultSet row) throws SQLException {
        for (int i = 0; i < known.size(); i++) {
            String actual = row.getString(i + 1);
            if (!known.get(i).value().equals(actual)) {
                throw new ReplicationException(
                        "the session setting " + known.get(i).name() + " is '" + actual
                                + "' after it was set to '" + known.get(i).value()
                                + "'; a pooler or proxy may stand between, connect to the server directly");
            }
        }
    }
}
