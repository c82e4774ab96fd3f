package dev.godwit.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Creates, extends and drops a publication: the list of tables whose changes a stream delivers.
 *
 * <p>Always an explicit list of leaf tables with {@code ONLY} (no partition roots, no children by inheritance, no
 * {@code FOR ALL TABLES}), so nothing is published that was not selected; all operations are published, and under the
 * leaf's own name; from PostgreSQL 15 on perhaps only some rows and columns of a table. It must exist before the slot is
 * created: from PostgreSQL 18 on changes decoded before it existed are skipped in silence, before 18 they end the decoding
 * for good.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createpublication.html">PostgreSQL manual: CREATE PUBLICATION</a>
 */
public final class Publication {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);
    private static final int ATTEMPTS = 15;

    private Publication() {}

    /**
     * Creates a publication of whole tables; see {@link #create(Connection, String, Collection, Map)}.
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void create(Connection connection, String name, Collection<RelationName> leafTables)
            throws SQLException {
        create(connection, name, leafTables, Map.of());
    }

    /**
     * Creates a publication, waiting at most 2 s for the tables' locks (SHARE UPDATE EXCLUSIVE) in each of 15 attempts, so that the
     * application's queries never queue behind it for long.
     *
     * <p>Before it is committed the server is asked whether it would still let the application change the tables of which only a
     * part is published; if not, nothing is created.
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @param parts what is published of them, from PostgreSQL 15 on; all of those that are not in it
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void create(
            Connection connection, String name, Collection<RelationName> leafTables, Map<RelationName, TableRows> parts)
            throws SQLException {
        String tables = leafTables.stream()
                .sorted()
                .map(table -> published(table, parts))
                .collect(Collectors.joining(", "));
        String sql =
                "CREATE PUBLICATION " + RelationName.quote(name) + (tables.isEmpty() ? "" : " FOR TABLE " + tables);
        withRetries(connection, statement -> {
            statement.execute(sql);
            for (RelationName table : leafTables) {
                requireChangeable(statement, table, parts);
            }
        });
    }

    /**
     * Adds tables to a publication that a stream may be reading; those that are in it already are left alone. Writers of each table
     * are waited for (SHARE ROW EXCLUSIVE, in the same bounded attempts as at the creation): a transaction that has written to it
     * before would keep unpatched servers from sending what it, and others in the same stream, write later.
     *
     * @param connection an ordinary connection to the source, in auto-commit mode
     * @param name the publication's name
     * @param leafTables tables that hold rows themselves
     * @param parts what is published of them; all of those that are not in it
     * @throws SQLException if the server refuses, or with SQLSTATE 55P03 if the locks were not to be had
     */
    public static void add(
            Connection connection, String name, Collection<RelationName> leafTables, Map<RelationName, TableRows> parts)
            throws SQLException {
        Set<RelationName> missing = new TreeSet<>(leafTables);
        missing.removeAll(tables(connection, name));
        for (RelationName table : missing) {
            // One table at a time, so that no lock is held while another is waited for.
            withRetries(connection, statement -> {
                statement.execute("LOCK TABLE ONLY " + table.quoted() + " IN SHARE ROW EXCLUSIVE MODE");
                statement.execute(
                        "ALTER PUBLICATION " + RelationName.quote(name) + " ADD TABLE " + published(table, parts));
                requireChangeable(statement, table, parts);
            });
        }
    }

    /** The line break ends a comment that the condition may end in. */
    private static String published(RelationName table, Map<RelationName, TableRows> parts) {
        TableRows part = parts.getOrDefault(table, TableRows.ALL);
        StringBuilder sql = new StringBuilder("ONLY ").append(table.quoted());
        if (!part.columns().isEmpty()) {
            sql.append(part.columns().stream().map(RelationName::quote).collect(Collectors.joining(", ", " (", ")")));
        }
        part.condition()
                .ifPresent(condition -> sql.append(" WHERE (").append(condition).append("\n)"));
        return sql.toString();
    }

    /** Planning a statement is enough for the server to say whether the replica identity goes with what is published. */
    private static void requireChangeable(Statement statement, RelationName table, Map<RelationName, TableRows> parts)
            throws SQLException {
        if (!parts.containsKey(table)) {
            return;
        }
        try {
            statement.execute("EXPLAIN DELETE FROM ONLY " + table.quoted() + " WHERE false");
        } catch (SQLException e) {
            throw new SQLException(
                    "once a part of table " + table
                            + " is published, the application's own UPDATE and DELETE would fail," + " so it was not: "
                            + reason(e),
                    e.getSQLState(),
                    e);
        }
    }

    /** The detail, which the driver leaves out, holds no row here. */
    private static String reason(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        String detail = server == null ? null : server.getDetail();
        return e.getMessage() + (detail == null ? "" : " " + detail);
    }

    private interface Change {
        void make(Statement statement) throws SQLException;
    }

    private static void withRetries(Connection connection, Change change) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "a publication is changed in auto-commit mode, so that retries are possible");
        }
        for (int attempt = 1; ; attempt++) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
                change.make(statement);
                connection.commit();
                return;
            } catch (SQLException e) {
                if (attempt >= ATTEMPTS || !LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
            } finally {
                if (!connection.isClosed()) {
                    connection.rollback();
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
     * Refuses if a publication that a slot's stream is read through is gone. From 18 on the server skips all changes then, with no
     * more than a warning in its own log.
     *
     * @param connection an ordinary connection to the source
     * @param name the publication's name
     * @throws ReplicationException if it does not exist
     * @throws SQLException if the server refuses
     */
    public static void requireExists(Connection connection, String name) throws SQLException {
        if (!exists(connection, name)) {
            throw new ReplicationException("publication \"" + name
                    + "\" does not exist on the source any more (SQLSTATE 42704): changes made since it was dropped are"
                    + " not sent, and making it anew does not bring them back; start afresh");
        }
    }

    /**
     * Comments on a publication.
     *
     * @param connection an ordinary connection to the source
     * @param name the publication's name
     * @param comment the comment, in place of an earlier one
     * @throws SQLException if the server refuses
     */
    public static void comment(Connection connection, String name, String comment) throws SQLException {
        String literal = connection.unwrap(PGConnection.class).escapeLiteral(comment);
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMENT ON PUBLICATION " + RelationName.quote(name) + " IS '" + literal + "'");
        }
    }

    /**
     * Reads which publications have a comment that begins in some way.
     *
     * @param connection an ordinary connection to the source
     * @param beginning what the comment begins with
     * @return the comments by the publications' names, sorted
     * @throws SQLException if the server refuses
     */
    public static Map<String, String> comments(Connection connection, String beginning) throws SQLException {
        Map<String, String> comments = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT p.pubname,"
                + " pg_catalog.obj_description(p.oid, 'pg_publication') FROM pg_catalog.pg_publication p")) {
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String comment = rows.getString(2);
                    if (comment != null && comment.startsWith(beginning)) {
                        comments.put(rows.getString(1), comment);
                    }
                }
            }
        }
        return comments;
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
