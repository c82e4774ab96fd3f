package dev.godwit.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Transactions that an exported snapshot takes for committed although the server has not finished their commit.
 *
 * <p>The snapshot of a new slot is made of what the log says. A transaction whose commit record is in the log before the slot's
 * consistent point is not in the stream; it is in the snapshot, but whoever looks at its rows before the server has noted the
 * commit elsewhere (in {@code pg_xact}, which follows the record) finds it neither running nor committed, takes it for aborted, and
 * marks its rows so, for everybody and for good. The moment is short, but every transaction that waits for the disk at its commit is
 * in it. So before anybody reads under such a snapshot, these transactions have to be waited for.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT">PostgreSQL manual:
 *     transaction ID and snapshot information functions</a>
 */
public final class UnfinishedCommits {

    private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

    /** Who waits for a standby has its commit noted already. */
    private static final String UNFINISHED = "SELECT count(*) FROM (SELECT ?::text::txid_snapshot AS exported,"
            + " txid_current_snapshot() AS now OFFSET 0) s,"
            + " generate_series(txid_snapshot_xmin(now), txid_snapshot_xmax(exported) - 1) x"
            + " WHERE txid_visible_in_snapshot(x, exported) AND NOT txid_visible_in_snapshot(x, now)"
            + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a"
            + " WHERE a.backend_xid::text = (x % 4294967296)::text AND a.wait_event = 'SyncRep')";

    private UnfinishedCommits() {}

    /**
     * Gives what a transaction's snapshot takes for committed, in the form of {@code txid_snapshot}.
     *
     * @param importer a session that has imported the snapshot
     * @return the snapshot as text
     * @throws SQLException if the server refuses
     */
    public static String snapshot(Connection importer) throws SQLException {
        try (Statement statement = importer.createStatement();
                ResultSet row = statement.executeQuery("SELECT txid_current_snapshot()::text")) {
            row.next();
            return readable(row.getString(1));
        }
    }

    /**
     * The snapshot of a slot may begin behind its end, after transactions that were rolled back. Everything before its beginning is
     * over then and nothing else, but the server does not read what it has written.
     */
    static String readable(String snapshot) {
        String[] parts = snapshot.split(":", -1);
        boolean turned = Long.parseLong(parts[0]) > Long.parseLong(parts[1]);
        return turned ? parts[0] + ":" + parts[0] + ":" : snapshot;
    }

    /**
     * Waits until the server has finished the commit of every transaction that a snapshot takes for committed.
     *
     * @param snapshot from {@link #snapshot}
     * @param other another session on the same server, in auto-commit mode
     * @param timeout how long to wait
     * @throws SQLException if the server refuses, or with SQLSTATE 57014 if the time is up
     */
    public static void await(String snapshot, Connection other, Duration timeout) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (PreparedStatement query = other.prepareStatement(UNFINISHED)) {
            query.setString(1, snapshot);
            while (count(query) > 0) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SQLException(
                            "transactions have been committing on the source for " + timeout
                                    + ", and nothing can be copied before they are done; look for sessions in state"
                                    + " active with query COMMIT in pg_stat_activity, and try again",
                            "57014");
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static long count(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
