package dev.godwit.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * A real PostgreSQL server of any major version from 9.6 to 18, with a port and a directory of its own; several of any versions run
 * side by side in one JVM. It ends with this JVM, however that ends (on Linux with {@code setpriv}; elsewhere unless the JVM is killed).
 * So does a server in a container. An external one ({@link ServerKind}) stays; it can neither be stopped nor configured, which
 * fails with an {@link UnsupportedOperationException}.
 *
 * <p>Thread-safe: lifecycle methods exclude each other, the others may be called at any time.
 */
public final class PostgresServer implements AutoCloseable {
    private final String major;
    private final ServerBackend backend;
    private final Map<Path, String> templates = new ConcurrentHashMap<>();
    private final Set<String> templateRoles = ConcurrentHashMap.newKeySet();

    PostgresServer(String major, ServerBackend backend) {
        this.major = major;
        this.backend = backend;
        OpenServers.add(this);
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
     * Where this server comes from.
     *
     * @return embedded, container or external
     */
    public ServerKind kind() {
        return backend.kind();
    }

    /**
     * Where it listens.
     *
     * @return {@code 127.0.0.1} of an embedded server
     */
    public String host() {
        return backend.address().host();
    }

    /**
     * The port, the same over all restarts.
     *
     * @return the port
     */
    public int port() {
        return backend.address().port();
    }

    /**
     * The role that the testkit uses, which owns everything.
     *
     * @return {@code postgres}; that of its URL for an external server
     */
    public String superuser() {
        return backend.address().user();
    }

    /**
     * The password of {@link #superuser}.
     *
     * @return empty where none is asked for, as by embedded servers
     */
    public String password() {
        return backend.address().password();
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
        return backend.address().url(database);
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
        return connect(database, superuser(), password());
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
        return backend.address().connect(database, user, password);
    }

    /**
     * A source of superuser connections, not pooled.
     *
     * @param database its name
     * @return the data source
     */
    public DataSource dataSource(String database) {
        return backend.address().dataSource(database);
    }

    /**
     * Executes statements as superuser, each in a transaction of its own.
     *
     * @param database where
     * @param statements SQL
     * @throws TestkitException if one fails; the cause is the {@link SQLException}
     */
    public void execute(String database, String... statements) {
        try (OwnSession session = new OwnSession(this, database)) {
            session.execute(statements);
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
        try (OwnSession session = new OwnSession(this, database)) {
            return session.query(sql);
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
        ServerReset.create(this, name, template);
    }

    /**
     * Drops a database if it exists, with its replication slots, subscriptions, prepared transactions and sessions. The slot that a
     * subscription has on its publisher is left there.
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
        backend.hba(lines);
    }

    /** Lets everyone in again without a password, also for replication. */
    public void resetHba() {
        backend.openHba();
    }

    /**
     * Sets a parameter of {@code postgresql.conf}. It takes effect with {@link #reload} or {@link #restart}, as the parameter
     * demands.
     *
     * @param name the parameter
     * @param value its value, without quotes
     */
    public void setParameter(String name, String value) {
        backend.setParameter(name, value);
    }

    /**
     * Makes the server read its configuration again; sessions that begin after the return see it. Does nothing if it is not running.
     *
     * @throws TestkitException if the configuration cannot be read, for example for a parameter that there is not
     */
    public void reload() {
        backend.reload();
    }

    /**
     * Starts a stopped or killed server again, on the same port and directory, and returns when it accepts connections. Does nothing
     * while it is running.
     *
     * @throws TestkitException if it does not start; the message holds its log
     */
    public void start() {
        backend.start();
    }

    /**
     * Stops the server and returns when every process of it is gone. Does nothing if it is not running.
     *
     * @param mode how
     */
    public void stop(StopMode mode) {
        backend.stop(mode);
    }

    /** Stops ({@link StopMode#FAST}) and starts the server. */
    public void restart() {
        synchronized (backend) {
            backend.stop(StopMode.FAST);
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
        return backend.isRunning();
    }

    /**
     * What the server has logged in all its runs.
     *
     * @return the text of {@link #logFile}
     */
    public String log() {
        return backend.log();
    }

    /**
     * The file that the server logs to.
     *
     * @return its path; gone after {@link #close} unless the directory was named by the user
     */
    public Path logFile() {
        return backend.logFile();
    }

    /**
     * The data directory.
     *
     * @return its absolute path
     */
    public Path dataDirectory() {
        return backend.dataDirectory();
    }

    /**
     * Makes the server as it was after its first start, running and without anything that tests left: databases, roles, slots,
     * prepared transactions, replication origins, changed parameters and pg_hba.conf. Restarts it only if parameters were changed.
     */
    public void reset() {
        synchronized (backend) {
            backend.resetConfiguration();
            ServerReset.clear(this);
        }
    }

    /** Stops the server; removes its directory if that was a temporary one. */
    @Override
    public void close() {
        try {
            backend.close();
        } finally {
            forgetIfClosed();
        }
    }

    private void forgetIfClosed() {
        if (backend.isClosed()) {
            OpenServers.remove(this);
        }
    }

    /** Whether it can be started no more. */
    boolean isClosed() {
        return backend.isClosed();
    }

    /** Closes the server and moves its files to a directory that does not exist yet; empty if it has none. */
    Optional<Path> keep(Path directory) {
        try {
            return backend.keep(directory);
        } finally {
            forgetIfClosed();
        }
    }

    /** A session of the testkit itself. */
    Connection connectOwn(String database) throws SQLException {
        return backend.address().connectOwn(database);
    }

    /** Its process among this JVM's children. */
    Optional<Long> process() {
        return backend.process();
    }

    /** Databases by the dump in them; a {@link #reset} leaves them alone, because tests begin with copies of them. */
    Map<Path, String> templates() {
        return templates;
    }

    /** Roles that objects of the {@link #templates} belong to. */
    Set<String> templateRoles() {
        return templateRoles;
    }

    @Override
    public String toString() {
        return "PostgreSQL " + major + " on port " + port();
    }
}
