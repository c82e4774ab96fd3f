package dev.godwit.internal.database;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.TargetDatabase;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target database that this process has created: like the source's, empty, with the same comment. One that exists is left as it is.
 *
 * @param plan the migration
 * @param oid the database's OID
 * @see <a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">PostgreSQL manual: CREATE DATABASE</a>
 */
public record DatabaseCreation(MigrationPlan plan, long oid) {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseCreation.class);

    /** Somebody else has created it just now: the second one where both were at it at the same moment. */
    private static final Set<String> EXISTS = Set.of("42P04", "23505");

    /** Somebody is connected to the template. */
    private static final String IN_USE = "55006";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMillis(250);

    /** What initdb makes has smaller OIDs. */
    private static final String HOLDS_NOTHING = """
            SELECT NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_')
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE oid >= 16384)
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_proc WHERE oid >= 16384)
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type WHERE oid >= 16384)
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE oid >= 16384)
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata)
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity
                                WHERE datname = current_database() AND pid <> pg_backend_pid())
            """;

    /** Creates the target database if the plan says so and it does not exist. */
    public static Optional<DatabaseCreation> createIfMissing(MigrationPlan plan) throws SQLException {
        TargetDatabase database = plan.surroundings().database();
        if (!database.create()) {
            return Optional.empty();
        }
        try (Connection server = database.openMaintenance()) {
            if (oid(server, database.name()).isPresent()) {
                return Optional.empty();
            }
            DatabaseProperties properties;
            try (Connection source = plan.source().open()) {
                properties = DatabaseProperties.read(source);
            }
            if (!create(server, database.name(), properties)) {
                return Optional.empty();
            }
            long created = oid(server, database.name())
                    .orElseThrow(() -> new SQLException("database '" + database.name()
                            + "' was created on the target, and somebody has dropped it just now"));
            LOG.info("{}: created target database '{}', {}", plan.name(), database.name(), properties);
            comment(server, database.name(), properties);
            return Optional.of(new DatabaseCreation(plan, created));
        }
    }

    private static Optional<Long> oid(Connection server, String name) throws SQLException {
        try (PreparedStatement query =
                server.prepareStatement("SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    /** Tells whether it was this call that created it. */
    private static boolean create(Connection server, String name, DatabaseProperties properties) throws SQLException {
        String sql = properties.createSql(server, name);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Statement statement = server.createStatement()) {
                statement.execute(sql);
                return true;
            } catch (SQLException e) {
                String state = String.valueOf(e.getSQLState());
                if (EXISTS.contains(state)) {
                    return false;
                }
                if (!state.equals(IN_USE) || System.nanoTime() - deadline > 0) {
                    throw new MigrationException(
                            MigrationPhase.PREFLIGHT,
                            "target database '" + name + "' could not be created like the source's (" + properties
                                    + "): "
                                    + e.getMessage()
                                    + "; mend what the server says, or create the database yourself as it should be",
                            e);
                }
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
    }

    private static void comment(Connection server, String name, DatabaseProperties properties) throws SQLException {
        String comment = properties.comment();
        if (comment != null) {
            PGConnection driver = server.unwrap(PGConnection.class);
            try (Statement statement = server.createStatement()) {
                statement.execute("COMMENT ON DATABASE " + driver.escapeIdentifier(name) + " IS "
                        + DatabaseProperties.quoted(driver, comment));
            }
        }
    }

    /**
     * Drops it again, after the migration could not be recorded in it: only if it still is the one that was created here, nobody is
     * connected to it, and it holds nothing. Nobody can connect while that is looked at. Otherwise it stays.
     */
    public void dropIfUnused(Exception cause) {
        String name = plan.surroundings().database().name();
        try (Connection server = plan.surroundings().database().openMaintenance()) {
            if (oid(server, name).filter(now -> now == oid).isEmpty()) {
                return;
            }
            String identifier = server.unwrap(PGConnection.class).escapeIdentifier(name);
            boolean unused = false;
            try (Statement statement = server.createStatement();
                    Connection inside = plan.target().open()) {
                statement.execute("ALTER DATABASE " + identifier + " ALLOW_CONNECTIONS false");
                unused = holdsNothing(inside);
            } finally {
                try (Statement statement = server.createStatement()) {
                    statement.execute(
                            unused
                                    ? "DROP DATABASE " + identifier
                                    : "ALTER DATABASE " + identifier + " ALLOW_CONNECTIONS true");
                }
            }
            LOG.info(
                    "{}: target database '{}', created just before, was {}",
                    plan.name(),
                    name,
                    unused ? "dropped again" : "left, since somebody uses it");
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "{}: target database '{}', created just before, was left (DROP DATABASE, if nobody needs it): {}",
                    plan.name(),
                    name,
                    e.getMessage());
            cause.addSuppressed(e);
        }
    }

    private static boolean holdsNothing(Connection inside) throws SQLException {
        try (Statement statement = inside.createStatement();
                ResultSet row = statement.executeQuery(HOLDS_NOTHING)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
