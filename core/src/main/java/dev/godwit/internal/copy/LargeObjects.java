package dev.godwit.internal.copy;

import dev.godwit.internal.state.Ownership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Large objects, which are in no stream: the target's are made equal to the source's, with their OIDs and comments, on request with owners
 * and grants, as often as asked to.
 * {@code godwit.large_object} on the target remembers which of its objects are the migration's, and a mark of what the source's held when
 * they were copied, so that later only what has changed is moved. Objects of others on the target are left alone.
 *
 * <p>Memory: a page of the list, and what {@link LargeObjectWriter} holds. Used by one thread.
 */
public final class LargeObjects {
    private static final String QUERY_CANCELED = "57014";

    final String migration;
    final LargeObjectAccess access;
    final Ownership ownership;
    final Runnable between;
    /** Null until it was asked for. */
    @Nullable
    private Boolean targetHasSome;

    public LargeObjects(String migration, LargeObjectAccess access, Ownership ownership) {
        this(migration, access, ownership, () -> {});
    }

    /**
     * Makes one that may be broken off.
     *
     * @param access who is to own and to use the target's
     * @param between called between two groups of objects; what it throws ends the pass, and what is committed stays
     */
    public LargeObjects(String migration, LargeObjectAccess access, Ownership ownership, Runnable between) {
        this.migration = migration;
        this.access = access;
        this.ownership = ownership;
        this.between = between;
    }

    /**
     * What a pass did.
     *
     * @param seen the source's objects
     * @param copied those of them that were created or had changed
     * @param removed what the source has no more
     * @param bytes of those copied
     */
    public record Pass(long seen, long copied, long removed, long bytes) {
        /** Whether everything was equal before. */
        public boolean isClean() {
            return copied == 0 && removed == 0;
        }
    }

    /**
     * Makes the target's objects equal to the source's as they are now.
     *
     * @param source in auto-commit mode
     * @param target in auto-commit mode
     * @throws IllegalStateException if there is not time enough, or an object of the target is in the way
     */
    public Pass equalize(Connection source, Connection target, TimeLimit limit) throws SQLException {
        if (!exist(source) && !targetHasSome(target)) {
            return new Pass(0, 0, 0, 0);
        }
        try {
            Pass pass = new LargeObjectPass(this, LargeObjectReader.begin(source, limit), target, limit).run();
            targetHasSome = pass.seen() > 0;
            end(source);
            end(target);
            return pass;
        } catch (SQLException | RuntimeException e) {
            endAfter(e, source);
            endAfter(e, target);
            if (limit.isOver() && e instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState())) {
                throw outOfTime(sql);
            }
            throw e;
        }
    }

    static IllegalStateException outOfTime(@Nullable SQLException cause) {
        return new IllegalStateException(
                "the large objects could not be made equal within what was left of maxWritePause; raise it, or wait for a"
                        + " moment in which few of them change",
                cause);
    }

    private static void end(Connection connection) throws SQLException {
        if (!connection.isClosed() && !connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void endAfter(Exception primary, Connection connection) {
        try {
            end(connection);
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    private static boolean exist(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private boolean targetHasSome(Connection target) throws SQLException {
        Boolean known = targetHasSome;
        if (known == null) {
            try (PreparedStatement query =
                    target.prepareStatement("SELECT EXISTS (SELECT 1 FROM godwit.large_object WHERE migration = ?)")) {
                query.setString(1, migration);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    known = row.getBoolean(1);
                    targetHasSome = known;
                }
            }
        }
        return known;
    }
}
