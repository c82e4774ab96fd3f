package dev.godwit.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL server of any major version from 9.6 to 18, with a port and a directory of its own; several of any versions run
 * side by side in one JVM. It ends with this JVM, however that ends (on Linux with {@code setpriv}; elsewhere unless the JVM is killed).
 *
 * <p>Thread-safe: lifecycle methods exclude each other, the others may be called at any time.
 */
public final class PostgresServer implements AutoCloseable {
    static final String SUPERUSER = "postgres";

    /** Name that the testkit's own sessions carry, so that a leak check can tell them from the tests'. */
    static final String OWN_SESSIONS = "godwit-testkit";

    private static final Set<PostgresServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(PostgresServer::closeAll, "testkit-postgres-shutdown"));
    }

    private final String major;
    private final ServerControl control;

    PostgresServer(String major, Path home, ServerDirectory directory, Map<String, String> parameters) {
        this.major = major;
        this.control = new ServerControl("PostgreSQL " + major, home, directory, parameters);
        OPEN.add(this);
    }

    /**
     * Begins to describe a server.
     *
     * @param major 10 to 18
     * @return the builder
     */
    public static PostgresServerBuilder builder(int major) {
        return builder(Integer.toString(major));
    }

    /**
     * Begins to describe a server.
     *
     * @param major {@code "9.6"} or {@code "10"} to {@code "18"}
     * @return the builder
     */
    public static PostgresServerBuilder builder(String major) {
        if (!major.matches("9\\.6|1[0-9]")) {
            throw new IllegalArgumentException("major must be 9.6 or 10 to 18, was " + major);
        }
        return new PostgresServerBuilder(major);
    }

    /**
     * The major version.
     *
     * @return for example {@code "9.6"} or {@code "17"}
     */
    public String major() {
        return major;
    }

    /**
     * The port on 127.0.0.1, the same over all restarts.
     *
     * @return the port
     */
    public int port() {
        return control.port();
    }

    /**
     * The user that owns everything, without a password.
     *
     * @return {@code postgres}
     */
    public String superuser() {
        return SUPERUSER;
    }

    /**
     * JDBC URL of the database {@code postgres}, without a user.
     *
     * @return the URL
     */
    public String url() {
        return url("postgres");
    }

    /**
     * JDBC URL of a database, without a user.
     *
     * @param database its name as it is, not quoted
     * @return the URL
     */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /**
     * Connects to the database {@code postgres} as superuser.
     *
     * @return a connection that the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connect() throws SQLException {
        return connect("postgres");
    }

    /**
     * Connects as superuser.
     *
     * @param database its name
     * @return a connection that the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connect(String database) throws SQLException {
        return connect(database, SUPERUSER, "");
    }

    /**
     * Connects as any user.
     *
     * @param database its name
     * @param user the role
     * @param password what it takes to be that role; ignored where pg_hba.conf trusts
     * @return a connection that the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(url(database), properties);
    }

    /** A session of the testkit itself. */
    Connection connectOwn(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("ApplicationName", OWN_SESSIONS);
        properties.setProperty("connectTimeout", "10");
        return DriverManager.getConnection(url(database), properties);
    }

    /**
     * A source of superuser connections, not pooled.
     *
     * @param database its name
     * @return the data source
     */
    public DataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url(database));
        source.setUser(SUPERUSER);
        return source;
    }

    /**
     * Executes statements as superuser, each in a transaction of its own.
     *
     * @param database where
     * @param statements SQL
     * @throws TestkitException if one fails; the cause is the {@link SQLException}
     */
    public void execute(String database, String... statements) {
        try (Connection connection = connectOwn(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new TestkitException(
                    "Cannot execute on " + this + ", database " + database + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a query as superuser.
     *
     * @param database where
     * @param sql the query
     * @return the first column of every row as text; SQL null is the text {@code null}
     * @throws TestkitException if it fails; the cause is the {@link SQLException}
     */
    public List<String> query(String database, String sql) {
        try (Connection connection = connectOwn(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new TestkitException("Cannot query " + this + ", database " + database + ": " + e.getMessage(), e);
        }
    }

    /**
     * Creates an empty database.
     *
     * @param name its name, not quoted
     */
    public void createDatabase(String name) {
        createDatabase(name, "template0");
    }

    /**
     * Creates a database as a copy of another one.
     *
     * @param name its name, not quoted
     * @param template the database to copy, which nobody may be connected to
     */
    public void createDatabase(String name, String template) {
        execute("postgres", "CREATE DATABASE " + Sql.identifier(name) + " TEMPLATE " + Sql.identifier(template));
    }

    /**
     * Drops a database if it exists, with its replication slots, prepared transactions and sessions.
     *
     * @param name its name, not quoted
     */
    public void dropDatabase(String name) {
        ServerReset.drop(this, name);
    }

    /**
     * Replaces {@code pg_hba.conf} and reloads it. The first line always lets the superuser in (not for replication); after it
     * stand only the given lines.
     *
     * @param lines lines of pg_hba.conf; none at all refuse everyone else
     */
    public void hba(String... lines) {
        control.hba(SUPERUSER, lines);
    }

    /** Lets everyone in again without a password, also for replication. */
    public void resetHba() {
        control.openHba();
    }

    /**
     * Sets a parameter of {@code postgresql.conf}. It takes effect with {@link #reload} or {@link #restart}, as the parameter
     * demands.
     *
     * @param name the parameter
     * @param value its value, without quotes
     */
    public void setParameter(String name, String value) {
        control.setParameter(name, value);
    }

    /** Makes the server read its configuration again; sessions that begin after the return see it. */
    public void reload() {
        control.reload();
    }

    void startOnPort(int wanted) {
        control.startOnPort(wanted, this::answersFrom);
    }

    /**
     * Starts a stopped or killed server again, on the same port and directory, and returns when it accepts connections. Does nothing
     * while it is running.
     *
     * @throws TestkitException if it does not start; the message holds its log
     */
    public void start() {
        control.start(this::answersFrom);
    }

    /** Another server may have taken the port in the meantime. */
    private boolean answersFrom(Path data) {
        try (Connection connection = connectOwn("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            return rows.next() && Path.of(rows.getString(1)).equals(data);
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * Stops the server and returns when every process of it is gone. Does nothing if it is not running.
     *
     * @param mode how
     */
    public void stop(StopMode mode) {
        control.stop(mode);
    }

    /** Stops ({@link StopMode#FAST}) and starts the server. */
    public void restart() {
        synchronized (control) {
            control.stop(StopMode.FAST);
            start();
        }
    }

    /** Kills the postmaster and all its children with {@code SIGKILL}; {@link #start} then recovers as after a crash. */
    public void kill() {
        stop(StopMode.KILL);
    }

    /**
     * Whether the postmaster is alive.
     *
     * @return false after a stop, a kill or a crash
     */
    public boolean isRunning() {
        return control.isRunning();
    }

    /**
     * What the server has logged in all its runs.
     *
     * @return the text of {@link #logFile}
     */
    public String log() {
        return control.directory().readLog();
    }

    /**
     * The file that the server logs to.
     *
     * @return its path; gone after {@link #close} unless the directory was named by the user
     */
    public Path logFile() {
        return control.directory().log();
    }

    /**
     * The data directory.
     *
     * @return its absolute path
     */
    public Path dataDirectory() {
        return control.directory().data();
    }

    /**
     * Makes the server as it was after its first start, running and without anything that tests left: databases, roles, slots,
     * prepared transactions, replication origins, changed parameters and pg_hba.conf. Restarts it only if parameters were changed.
     */
    public void reset() {
        synchronized (control) {
            if (control.resetParameters()) {
                control.stop(StopMode.FAST);
            }
            start();
            control.openHba();
            ServerReset.clear(this);
        }
    }

    /** Stops the server; removes its directory if that was a temporary one. */
    @Override
    public void close() {
        if (control.close()) {
            OPEN.remove(this);
        }
    }

    private static void closeAll() {
        OPEN.forEach(PostgresServer::close);
    }

    @Override
    public String toString() {
        return "PostgreSQL " + major + " on port " + port();
    }
}
