package dev.godwit.internal.engine;

import dev.godwit.internal.schema.CreatedObjects;
import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/**
 * Makes a target what it was before a migration, from what is remembered there alone. Each part finds out what of it is done, so that
 * what was broken off can be done again. Used by one thread, which owns the migration.
 */
record TargetCleaning(String migration, ServerConnections target) {
    private static final int OBJECTS_AT_ONCE = 500;

    /**
     * Cleans.
     *
     * @param removed gets what is gone
     * @param left gets what is not, and why
     */
    void run(List<String> removed, List<String> left) throws SQLException {
        try (Connection connection = target.open()) {
            CreatedObjects created = new CreatedObjects(migration);
            unlinkLargeObjects(connection, removed);
            restoreAdjustments(connection, left);
            Set<String> kept = created.drop(connection, removed, left);
            created.empty(connection, kept, removed, left);
        }
    }

    private void unlinkLargeObjects(Connection connection, List<String> removed) throws SQLException {
        long count = 0;
        long some = OBJECTS_AT_ONCE;
        while (some == OBJECTS_AT_ONCE) {
            try (PreparedStatement unlink = connection.prepareStatement("WITH gone AS (DELETE FROM godwit.large_object"
                    + " WHERE migration = ? AND oid IN (SELECT oid FROM godwit.large_object WHERE migration = ? LIMIT "
                    + OBJECTS_AT_ONCE + ") RETURNING oid), there AS (SELECT g.oid FROM gone g"
                    + " JOIN pg_catalog.pg_largeobject_metadata m ON m.oid = g.oid)"
                    + " SELECT (SELECT count(*) FROM gone), (SELECT count(lo_unlink(oid)) FROM there)")) {
                unlink.setString(1, migration);
                unlink.setString(2, migration);
                try (ResultSet row = unlink.executeQuery()) {
                    row.next();
                    some = row.getLong(1);
                    count += row.getLong(2);
                }
            }
        }
        if (count > 0) {
            removed.add(count + " large objects on the target");
        }
    }

    /** Also of tables that are dropped next, which does no harm. */
    private void restoreAdjustments(Connection connection, List<String> left) throws SQLException {
        for (String sql : TargetAdjustments.toRestore(connection, migration)) {
            try (Statement ddl = connection.createStatement()) {
                ddl.execute(sql);
            } catch (SQLException e) {
                if (connection.isClosed()) {
                    throw e;
                }
                boolean gone = "42P01".equals(e.getSQLState()) || "42704".equals(e.getSQLState());
                if (!gone) {
                    left.add("what was changed on the target for the time of the migration (" + e.getMessage()
                            + "); by hand: " + sql);
                }
            }
        }
    }
}
