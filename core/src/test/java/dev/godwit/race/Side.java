package dev.godwit.race;

import dev.godwit.Endpoint;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of two servers between which a database moves. Applications reach it directly, migrations through a proxy. Safe for use by
 * any thread.
 */
final class Side implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Side.class);
    private static final Duration STALL = Duration.ofMillis(700);
    static final String CLERK = "clerk";
    private static final String MADE = "app_in_the_making";

    private final String name;
    private final PostgresServer server;
    private final FaultProxy proxy;

    Side(String name, PostgresServer server) {
        this.name = name;
        this.server = server;
        this.proxy = FaultProxy.before(server);
    }

    PostgresServer server() {
        return server;
    }

    FaultProxy proxy() {
        return proxy;
    }

    Endpoint endpoint() {
        return Endpoint.of(url()).credentials(server.superuser(), "");
    }

    /** Gives where migrations find the database. */
    String url() {
        return proxy.url(PostgresPair.DATABASE);
    }

    /** Connects as applications do. */
    Connection connect(String role, String options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", "");
        properties.setProperty("ApplicationName", "racer");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("options", options);
        return DriverManager.getConnection(server.url(PostgresPair.DATABASE), properties);
    }

    /** Makes the database empty, and closed for all who do not insist; at no moment is it there and open. */
    void renew() {
        server.dropDatabase(PostgresPair.DATABASE);
        server.createDatabase(MADE);
        server.execute(
                "postgres",
                "ALTER DATABASE " + MADE + " SET default_transaction_read_only = on",
                "ALTER DATABASE " + MADE + " RENAME TO app");
    }

    /** Lets the clerk write, as far as the database lets anybody. */
    void grant() throws SQLException {
        insist(
                "GRANT USAGE ON SCHEMA race TO clerk",
                "GRANT ALL ON ALL TABLES IN SCHEMA race TO clerk",
                "GRANT ALL ON ALL SEQUENCES IN SCHEMA race TO clerk");
    }

    /** Opens the database for everybody, as a switch of traffic may do. */
    void open() throws SQLException {
        insist("ALTER DATABASE app RESET default_transaction_read_only");
    }

    /** Does something although the database is closed. */
    void insist(String... statements) throws SQLException {
        try (Connection connection = connect(server.superuser(), "-c default_transaction_read_only=off");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Gives the first value. */
    String ask(String sql) {
        return server.query(PostgresPair.DATABASE, sql).get(0);
    }

    /** Ends all sessions of a migration, those that stream changes included. */
    void endSessionsOf(String migration) {
        server.query(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'godwit-"
                        + migration + "%'");
    }

    /** Lets nothing pass between a migration and the server, for less than the migration is patient. */
    void stall() {
        proxy.stall();
        later("stall", proxy::resume, STALL);
    }

    /** Has a client hold the token's table as who is about to write does. */
    void holdTransaction(Duration duration) throws SQLException {
        Connection holder = connect(server.superuser(), "");
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("LOCK TABLE race.token IN ROW EXCLUSIVE MODE");
        }
        later("transaction", holder::close, duration);
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static void later(String what, Action action, Duration delay) {
        Thread thread = new Thread(
                () -> {
                    try {
                        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
                        action.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (SQLException e) {
                        LOG.warn("ending the {}: {}", what, e.getMessage());
                    }
                },
                "end-of-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        proxy.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
