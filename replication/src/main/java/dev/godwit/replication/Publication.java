package dev.godwit.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Creates, extends and drops a publication: the list of tables whose changes a stream delivers.
 *
 * <p>Always an explicit list of leaf tables with {@code ONLY} (no partition roots, no children by inheritance, no
 * {@code FOR ALL TABLES}), so nothing is published that was not selected; all operations are published, and under the
 * leaf's own name. It must exist before the slot is created: from PostgreSQL 18 on changes decoded before it existed are
 * skipped in silence, before 18 they end the decoding for good.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createpublication.html">PostgreSQL manual: CREATE PUBLICATION</a>
 */
public final class Publication {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(2);
    private static final int DEFAULT_ATTEMPTS = 15;

    private Publication() {}

    /**
     * Creates a publication, waiting at most 2 s for the tables' locks in each of 15 attempts, so that the application's
     * queries never queue behind it for long.
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void create(Connection connection, String name, Collection<RelationName> leafTables)
            throws SQLException {
        create(connection, name, leafTables, DEFAULT_LOCK_TIMEOUT, DEFAULT_ATTEMPTS);
    }

    /**
     * Creates a publication with a bounded wait for the tables' locks (SHARE UPDATE EXCLUSIVE).
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @param lockTimeout how long one attempt waits for a lock
     * @param attempts how often to try
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void create(
            Connection connection, String name, Collection<RelationName> leafTables, Duration lockTimeout, int attempts)
            throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "a publication is created in auto-commit mode, so that retries are possible");
        }
        String tables = leafTables.stream()
                .sorted()
                .map(table -> "ONLY " + table.quoted())
                .collect(Collectors.joining(", "));
        String sql =
                "CREATE PUBLICATION " + RelationName.quote(name) + (tables.isEmpty() ? "" : " FOR TABLE " + tables);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = " + Math.max(1, lockTimeout.toMillis()));
            try {
                executeWithRetries(statement, sql, attempts);
            } finally {
                statement.execute("SET lock_timeout = 0");
            }
        }
    }

    /**
     * Adds tables to a publication that a stream may be reading; those that are in it already are left alone. Writers of each table
     * are waited for (SHARE ROW EXCLUSIVE, in the same bounded attempts as at the creation): a transaction that has written to it
     * before would keep unpatched servers from sending what it, and others in the same stream, write later.
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void add(Connection connection, String name, Collection<RelationName> leafTables)
            throws SQLException {
        Set<RelationName> missing = new TreeSet<>(leafTables);
        missing.removeAll(tables(connection, name));
        for (RelationName table : missing) {
            // One table at a time, so that no lock is held while another is waited for.
            addWithRetries(connection, name, table);
        }
    }

    private static void addWithRetries(Connection connection, String name, RelationName table) throws SQLException {
        String only = "ONLY " + table.quoted();
        for (int attempt = 1; ; attempt++) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = " + DEFAULT_LOCK_TIMEOUT.toMillis());
                statement.execute("LOCK TABLE " + only + " IN SHARE ROW EXCLUSIVE MODE");
                statement.execute("ALTER PUBLICATION " + RelationName.quote(name) + " ADD TABLE " + only);
                connection.commit();
                return;
            } catch (SQLException e) {
                if (attempt >= DEFAULT_ATTEMPTS || !LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                connection.rollback();
            } finally {
                if (!connection.isClosed()) {
                    connection.setAutoCommit(true);
                }
            }
        }
    }

    /**
     * Reads which tables are in a publication.
     *
     * @param connection an ordinary connection to the source
     * @param name the publication's name
     * @return the tables under their present names
     * @throws SQLException if the server refuses
     */
    public static Set<RelationName> tables(Connection connection, String name) throws SQLException {
        Set<RelationName> tables = new TreeSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT n.nspname, c.relname"
                + " FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid"
                + " JOIN pg_catalog.pg_class c ON c.oid = r.prrelid"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    tables.add(new RelationName(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return tables;
    }

    private static void executeWithRetries(Statement statement, String sql, int attempts) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                statement.execute(sql);
                return;
            } catch (SQLException e) {
                if (attempt >= attempts || !LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    /**
     * Tells whether a publication of this name exists in the connection's database.
     *
     * @param connection an ordinary connection
     * @param name the publication's name
     * @return true if it exists
     * @throws SQLException if the server refuses
     */
    public static boolean exists(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM pg_catalog.pg_publication WHERE pubname = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /**
     * Drops a publication; one that does not exist is no error.
     *
     * @param connection an ordinary connection
     * @param name the publication's name
     * @throws SQLException if the server refuses
     */
    public static void drop(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP PUBLICATION IF EXISTS " + RelationName.quote(name));
        }
    }
}
