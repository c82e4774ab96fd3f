package dev.godwit.internal.state;

import dev.godwit.result.RecordedConflict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** What was recorded instead of being applied and that nobody has dealt with yet. Used with the caller's connection. */
public record ConflictStore(String migration) {
    /** Whoever has more of them has another problem than reading them all. */
    private static final int MOST = 10_000;

    /** Counts the conflicts that are neither acknowledged nor marked as resolved. */
    public long countOpen(Connection target) throws SQLException {
        if (!exists(target)) {
            return 0;
        }
        try (PreparedStatement query = target.prepareStatement(
                "SELECT count(*) FROM godwit.apply_exception WHERE migration = ? AND resolved IS NULL")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Refuses while there are open conflicts. */
    public void requireNone(Connection target) throws SQLException {
        long open = countOpen(target);
        if (open > 0) {
            throw new IllegalStateException(open + " change(s) did not fit the target and were recorded in"
                    + " godwit.apply_exception there; mend their rows, then acknowledge them (acknowledgeConflicts, or"
                    + " resolved = now() in that table) and cut over again");
        }
    }

    /** Reads the open conflicts, the first recorded first, 10,000 at most. */
    public List<RecordedConflict> open(Connection target) throws SQLException {
        List<RecordedConflict> conflicts = new ArrayList<>();
        if (!exists(target)) {
            return conflicts;
        }
        try (PreparedStatement query = target.prepareStatement("SELECT id, schema_name, table_name, operation, kind,"
                + " key_hash, commit_lsn::text, recorded FROM godwit.apply_exception"
                + " WHERE migration = ? AND resolved IS NULL ORDER BY id LIMIT " + MOST)) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    conflicts.add(new RecordedConflict(
                            row.getLong(1),
                            row.getString(2) + "." + row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7),
                            row.getObject(8, OffsetDateTime.class).toInstant()));
                }
            }
        }
        return conflicts;
    }

    /** Marks the open conflicts up to one as dealt with; gives their number. */
    public int acknowledge(Connection target, long upToId) throws SQLException {
        if (!exists(target)) {
            return 0;
        }
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.apply_exception SET resolved = now()"
                + " WHERE migration = ? AND resolved IS NULL AND id <= ?")) {
            update.setString(1, migration);
            update.setLong(2, upToId);
            return update.executeUpdate();
        }
    }

    private static boolean exists(Connection target) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('godwit.apply_exception') IS NOT NULL")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
