package dev.godwit.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
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

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int PORT_ATTEMPTS = 10;
    private static final Set<PostgresServer> OPEN = ConcurrentHashMap.newKeySet();
    private static final List<String> DEFAULT_HBA = List.of(
            "host all all 127.0.0.1/32 trust", "host all all ::1/128 trust", "host replication all 127.0.0.1/32 trust");

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(PostgresServer::closeAll, "testkit-postgres-shutdown"));
    }

    private final String major;
    private final Path home;
    private final ServerDirectory directory;
    private final Map<String, String> parameters;
    private volatile int port;
    private @Nullable ServerProcess process;
    private boolean closed;

    PostgresServer(String major, Path home, ServerDirectory directory, Map<String, String> parameters) {
        this.major = major;
        this.home = home;
        this.directory = directory;
        this.parameters = parameters;
        directory.writeHba(DEFAULT_HBA);
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
        return port;
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
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
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
        DatabaseReset.drop(this, name);
    }

    /**
     * Replaces {@code pg_hba.conf} and reloads it. The first line always lets the superuser in (not for replication); after it
     * stand only the given lines.
     *
     * @param lines lines of pg_hba.conf; none at all refuse everyone else
     */
    public synchronized void hba(String... lines) {
        List<String> all = new ArrayList<>(List.of("host all " + SUPERUSER + " 127.0.0.1/32 trust"));
        all.addAll(List.of(lines));
        directory.writeHba(all);
        reload();
    }

    /** Lets everyone in again without a password, also for replication. */
    public synchronized void resetHba() {
        directory.writeHba(DEFAULT_HBA);
        reload();
    }

    /**
     * Sets a parameter of {@code postgresql.conf}. It takes effect with {@link #reload} or {@link #restart}, as the parameter
     * demands.
     *
     * @param name the parameter
     * @param value its value, without quotes
     */
    public synchronized void setParameter(String name, String value) {
        parameters.put(name, value);
        directory.writeParameters(parameters);
    }

    /** Makes the server read its configuration again; sessions that begin after the return see it. */
    public synchronized void reload() {
        ServerProcess running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        int before = reloads();
        running.signal("HUP");
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (reloads() == before) {
            pause(deadline, "did not reload its configuration");
        }
    }

    private int reloads() {
        return directory.readLog().split("received SIGHUP", -1).length;
    }

    void startOnFreePort(int wanted) {
        for (int attempt = 1; ; attempt++) {
            port = wanted != 0 ? wanted : freePort();
            parameters.put("port", Integer.toString(port));
            try {
                start();
                return;
            } catch (TestkitException e) {
                String message = String.valueOf(e.getMessage());
                if (wanted != 0 || attempt == PORT_ATTEMPTS || !message.contains("could not bind")) {
                    throw e;
                }
            }
        }
    }

    /** Below the range that the kernel hands out for outgoing connections, so that a stopped server's port stays free. */
    private static int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), candidate));
                return candidate;
            } catch (IOException e) {
                // taken: the next one
            }
        }
        throw new TestkitException("No free port between 15000 and 32000 on 127.0.0.1");
    }

    /**
     * Starts a stopped or killed server again, on the same port and directory, and returns when it accepts connections. Does nothing
     * while it is running.
     *
     * @throws TestkitException if it does not start; the message holds its log
     */
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        if (isRunning()) {
            return;
        }
        directory.writeParameters(parameters);
        int logBefore = directory.readLog().length();
        ServerProcess started = ServerProcess.start(home, directory);
        process = started;
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!accepts()) {
            if (!started.isAlive()) {
                throw new TestkitException(this + " ended with " + started.exitValue() + " instead of starting:\n"
                        + directory.readLog().substring(logBefore));
            }
            pause(deadline, "does not accept connections");
        }
    }

    private boolean accepts() {
        try (Connection connection = connectOwn("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            // another server may have taken the port in the meantime
            return rows.next() && Path.of(rows.getString(1)).equals(directory.data());
        } catch (SQLException e) {
            return false;
        }
    }

    private void pause(long deadline, String problem) {
        if (System.nanoTime() > deadline) {
            throw new TestkitException(this + " " + problem + " within " + START_LIMIT + ":\n" + directory.readLog());
        }
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted: " + this + " " + problem, e);
        }
    }

    /**
     * Stops the server and returns when every process of it is gone. Does nothing if it is not running.
     *
     * @param mode how
     */
    public synchronized void stop(StopMode mode) {
        ServerProcess running = process;
        if (running != null && running.isAlive()) {
            running.stop(mode);
        }
        process = null;
    }

    /** Stops ({@link StopMode#FAST}) and starts the server. */
    public synchronized void restart() {
        stop(StopMode.FAST);
        start();
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
    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * What the server has logged in all its runs.
     *
     * @return the text of {@link #logFile}
     */
    public String log() {
        return directory.readLog();
    }

    /**
     * The file that the server logs to.
     *
     * @return its path; gone after {@link #close} unless the directory was named by the user
     */
    public Path logFile() {
        return directory.log();
    }

    /**
     * The data directory.
     *
     * @return its absolute path
     */
    public Path dataDirectory() {
        return directory.data();
    }

    /** Stops the server; removes its directory if that was a temporary one. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            OPEN.remove(this);
            stop(directory.temporary() ? StopMode.KILL : StopMode.FAST);
            directory.close();
        }
    }

    private static void closeAll() {
        OPEN.forEach(PostgresServer::close);
    }

    @Override
    public String toString() {
        return "PostgreSQL " + major + " on port " + port;
    }
}
