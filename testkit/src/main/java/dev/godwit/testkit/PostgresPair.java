package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A source and a target server, both ready for logical replication, with an empty database of the same name on each.
 *
 * <p>Not for concurrent use by several tests: a reset takes everything away from under the other.
 */
public final class PostgresPair implements AutoCloseable {
    /** Name of the database on both servers. */
    public static final String DATABASE = "app";

    /** Of no consequence but for logins by Kerberos. */
    private static final String PARAMETER = "jaasApplicationName=" + PlantedValues.PARAMETER;

    private final PostgresServer source;
    private final PostgresServer target;
    private final boolean owner;

    private PostgresPair(PostgresServer source, PostgresServer target, boolean owner) {
        this.source = source;
        this.target = target;
        this.owner = owner;
    }

    /**
     * Starts two servers of its own.
     *
     * @param sourceMajor {@code "9.6"} or {@code "10"} to {@code "18"}
     * @param targetMajor likewise
     * @return the pair, which the caller closes
     */
    public static PostgresPair start(String sourceMajor, String targetMajor) {
        PostgresServer source = PostgresServer.builder(sourceMajor).start();
        try {
            PostgresServer target = PostgresServer.builder(targetMajor)
                    .second(sourceMajor.equals(targetMajor))
                    .start();
            return createOrClose(source, target);
        } catch (RuntimeException e) {
            try (source) {
                throw e;
            }
        }
    }

    private static PostgresPair createOrClose(PostgresServer source, PostgresServer target) {
        try {
            return create(source, target, true);
        } catch (RuntimeException e) {
            try (target) {
                throw e;
            }
        }
    }

    /**
     * Makes a pair of two servers that the caller has started.
     *
     * @param source to migrate from
     * @param target to migrate to
     * @return the pair, whose {@link #close} ends both
     */
    public static PostgresPair of(PostgresServer source, PostgresServer target) {
        return create(source, target, true);
    }

    /**
     * Two servers that are started once per JVM and used by one test after the other: {@link PostgresServer#reset Resets} them first.
     * They end with the JVM; {@link #close} leaves them running. Nobody is kept from using them at the same time, which
     * {@link PostgresPairTest} does.
     *
     * @param sourceMajor {@code "9.6"} or {@code "10"} to {@code "18"}
     * @param targetMajor likewise
     * @return the pair
     */
    public static PostgresPair shared(String sourceMajor, String targetMajor) {
        PostgresServer source = ServerPool.shared(sourceMajor, 0);
        PostgresServer target = ServerPool.shared(targetMajor, sourceMajor.equals(targetMajor) ? 1 : 0);
        return leased(source, target);
    }

    /** A pair of servers that a test has to itself. */
    static PostgresPair leased(PostgresServer source, PostgresServer target) {
        source.reset();
        target.reset();
        return create(source, target, false);
    }

    private static PostgresPair create(PostgresServer source, PostgresServer target, boolean owner) {
        source.createDatabase(DATABASE);
        target.createDatabase(DATABASE);
        return new PostgresPair(source, target, owner);
    }

    /**
     * The server to migrate from.
     *
     * @return a running server, unless the test stopped it
     */
    public PostgresServer source() {
        return source;
    }

    /**
     * The server to migrate to.
     *
     * @return a running server, unless the test stopped it
     */
    public PostgresServer target() {
        return target;
    }

    /**
     * Name of the database on both servers.
     *
     * @return {@value #DATABASE}
     */
    public String database() {
        return DATABASE;
    }

    /**
     * JDBC URL of the source database.
     *
     * @return the URL, without a user, with a parameter that nobody may show ({@link PlantedValues})
     */
    public String sourceUrl() {
        return marked(source.url(DATABASE));
    }

    /**
     * JDBC URL of the target database.
     *
     * @return the URL, without a user, with a parameter that nobody may show ({@link PlantedValues})
     */
    public String targetUrl() {
        return marked(target.url(DATABASE));
    }

    private static String marked(String url) {
        return url + (url.contains("?") ? "&" : "?") + PARAMETER;
    }

    /**
     * The source database.
     *
     * @return superuser connections, not pooled
     */
    public DataSource sourceDataSource() {
        return source.dataSource(DATABASE);
    }

    /**
     * The target database.
     *
     * @return superuser connections, not pooled
     */
    public DataSource targetDataSource() {
        return target.dataSource(DATABASE);
    }

    /**
     * Connects to the source database as superuser.
     *
     * @return a connection that the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connectSource() throws SQLException {
        return source.connect(DATABASE);
    }

    /**
     * Connects to the target database as superuser.
     *
     * @return a connection that the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connectTarget() throws SQLException {
        return target.connect(DATABASE);
    }

    /** Takes away everything that tests left on both servers, and creates the databases afresh. */
    public void reset() {
        source.reset();
        target.reset();
        source.createDatabase(DATABASE);
        target.createDatabase(DATABASE);
    }

    /**
     * Replaces both databases by copies of another one; nothing else on the servers changes.
     *
     * @param template name of a database on both servers, which nobody may be connected to
     */
    public void resetFrom(String template) {
        for (PostgresServer server : new PostgresServer[] {source, target}) {
            server.dropDatabase(DATABASE);
            server.createDatabase(DATABASE, template);
        }
    }

    /** Stops the servers if they belong to this pair alone. */
    @Override
    public void close() {
        if (owner) {
            try {
                source.close();
            } finally {
                target.close();
            }
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL " + source.major() + " to " + target.major();
    }
}
