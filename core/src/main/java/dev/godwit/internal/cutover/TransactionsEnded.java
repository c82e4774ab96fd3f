package dev.godwit.internal.cutover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Which of a server's transactions have ended. Whatever changes a table, a large object or the catalog has a transaction ID, so between
 * two looks that give the same nothing was committed. What a sequence counts is not bound to a transaction, and not told by this.
 *
 * @param running whether transactions with an ID were running, of all databases
 * @param next the ID behind that of the latest one that has ended
 * @param prepared one that is prepared in this database, and by that neither running nor ended; null if there is none
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT">PostgreSQL manual: snapshots</a>
 */
record TransactionsEnded(
        boolean running, long next, @Nullable String prepared) {
    private static final String QUERY = """
            SELECT txid_snapshot_xmin(s) < txid_snapshot_xmax(s), txid_snapshot_xmax(s), (%s)
              FROM txid_current_snapshot() AS s
            """.formatted(SourceWriters.PREPARED);

    static TransactionsEnded at(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new TransactionsEnded(row.getBoolean(1), row.getLong(2), row.getString(3));
        }
    }

    /**
     * Tells whether none has ended since: none that was running then, and none that has begun meanwhile. Of one that had the latest ID
     * the first look does not tell that it is running, but {@link #next} moves when it ends.
     */
    boolean noneSince(TransactionsEnded before) {
        return !before.running && next == before.next;
    }

    /** Tells whether none but the caller's own one, which had an ID and was over before this look, has ended since. */
    boolean onlyOneSince(TransactionsEnded before) {
        return !before.running && next == before.next + 1;
    }
}
