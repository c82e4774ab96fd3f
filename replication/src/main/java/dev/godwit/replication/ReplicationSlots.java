package dev.godwit.replication;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Creates, inspects and drops logical replication slots of the plugin {@code pgoutput}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">PostgreSQL manual: replication protocol</a>
 */
public final class ReplicationSlots {

    private static final String PLUGIN = "pgoutput";
    private static final String QUERY_CANCELED = "57014";
    private static final String OBJECT_IN_USE = "55006";
    private static final String UNDEFINED_OBJECT = "42704";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private ReplicationSlots() {}

    /**
     * Creates a slot and exports the snapshot that fits it.
     *
     * <p>The server waits for every transaction that has written and for every prepared one; the wait ends at the timeout
     * with a message that names them.
     *
     * @param replicationConnection from {@link ServerConnections#openReplication()}; the snapshot takes it over, and after
     *     a failure it is still the caller's to close
     * @param slot lower-case letters, digits and underscores, at most 63
     * @param temporary true for a slot that ends with the connection
     * @param timeout how long to wait; rounded up to whole seconds
     * @return the snapshot, to be closed
     * @throws SQLException if the server refuses
     * @throws ReplicationException if the timeout passed
     */
    public static ExportedSnapshot create(
            Connection replicationConnection, String slot, boolean temporary, Duration timeout) throws SQLException {
        if (!NAME.matcher(slot).matches()) {
            throw new IllegalArgumentException("a slot's name is 1 to 63 of a-z, 0-9 and _, not '" + slot + "'");
        }
        String sql = "CREATE_REPLICATION_SLOT " + RelationName.quote(slot) + (temporary ? " TEMPORARY" : "")
                + " LOGICAL " + PLUGIN + " EXPORT_SNAPSHOT";
        try (Statement statement = replicationConnection.createStatement()) {
            statement.setQueryTimeout((int) Math.max(1, (timeout.toMillis() + 999) / 1000));
            try (ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return new ExportedSnapshot(
                        replicationConnection,
                        slot,
                        Lsn.parse(row.getString("consistent_point")),
                        row.getString("snapshot_name"));
            }
        } catch (SQLException e) {
            if (QUERY_CANCELED.equals(e.getSQLState())) {
                throw new ReplicationException(
                        "creating replication slot '" + slot + "' did not end within " + timeout
                                + ": it waits for every open transaction that has written; open now: "
                                + named(blockers(replicationConnection, Duration.ZERO))
                                + "; end them (COMMIT, ROLLBACK PREPARED, pg_terminate_backend) and try again",
                        e);
            }
            throw e;
        }
    }

    private static String named(List<String> blockers) {
        return blockers.isEmpty() ? "none that this role may see" : String.join(", ", blockers);
    }

    /**
     * Names what the creation of a slot would have to wait for: open transactions that have written, and prepared ones.
     *
     * @param connection a connection of either kind
     * @param age only those that are open for longer than this
     * @return a part of a sentence for each, without what they do; empty if there is none that this role may see
     * @throws SQLException if the server refuses
     */
    public static List<String> blockers(Connection connection, Duration age) throws SQLException {
        String before = " < clock_timestamp() - interval '" + age.toMillis() + " milliseconds'";
        String sql =
                "SELECT 'session with pid ' || a.pid || ' of ' || coalesce(a.usename, '?') || ' (' || coalesce(a.state, '?')"
                        + " || ', transaction started ' || coalesce(a.xact_start::text, '?') || ')'"
                        + " FROM pg_catalog.pg_stat_activity a"
                        + " WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()"
                        + (age.isZero() ? "" : " AND a.xact_start" + before)
                        + " UNION ALL SELECT 'prepared transaction ' || pg_catalog.quote_literal(p.gid) || ' of ' || p.owner"
                        + " || ' in database ' || p.database || ', prepared ' || p.prepared::text"
                        + " FROM pg_catalog.pg_prepared_xacts p WHERE p.prepared" + before;
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /**
     * Reads the state of a slot.
     *
     * @param connection an ordinary connection
     * @param slot the slot's name
     * @return its state, empty if there is none of this name
     * @throws SQLException if the server refuses
     */
    public static Optional<SlotState> state(Connection connection, String slot) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        String sql = "SELECT coalesce(plugin, ''), coalesce(database, ''), active_pid, confirmed_flush_lsn::text,"
                + " restart_lsn::text, "
                + (major >= 13 ? "wal_status, safe_wal_size" : "NULL::text, NULL::bigint") + ", "
                + (major >= 17 ? "invalidation_reason" : "NULL::text") + ", "
                + (major >= 16 ? "coalesce(conflicting, false)" : "false")
                + " FROM pg_catalog.pg_replication_slots WHERE slot_name = ?";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(stateOf(slot, row)) : Optional.empty();
            }
        }
    }

    private static SlotState stateOf(String slot, ResultSet row) throws SQLException {
        int pid = row.getInt(3);
        OptionalInt activePid = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(pid);
        Lsn confirmed = lsn(row.getString(4)).orElse(Lsn.ZERO);
        Optional<Lsn> restart = lsn(row.getString(5));
        Optional<String> walStatus = Optional.ofNullable(row.getString(6));
        long safe = row.getLong(7);
        OptionalLong safeWalSize = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(safe);
        return new SlotState(
                slot,
                row.getString(1),
                row.getString(2),
                activePid,
                confirmed,
                restart,
                walStatus,
                safeWalSize,
                invalidation(row.getString(8), row.getBoolean(9), walStatus, restart));
    }

    private static Optional<String> invalidation(
            @Nullable String reason, boolean conflicting, Optional<String> walStatus, Optional<Lsn> restart) {
        if (reason != null) {
            return Optional.of(reason);
        }
        if (conflicting) {
            return Optional.of("conflict with recovery");
        }
        if (walStatus.filter("lost"::equals).isPresent() || restart.isEmpty()) {
            return Optional.of("the log that it needs was removed");
        }
        return Optional.empty();
    }

    private static Optional<Lsn> lsn(@Nullable String text) {
        return Optional.ofNullable(text).map(Lsn::parse);
    }

    /**
     * Requires that a slot still holds every change beyond a position.
     *
     * @param slot the slot's name
     * @param state what {@link #state} gave for it
     * @param applied everything before it is durable on the target
     * @throws SlotLostException if the slot is missing, invalidated, of another plugin, or confirmed beyond {@code applied}
     */
    public static void ensureMatches(String slot, Optional<SlotState> state, Lsn applied) {
        SlotState found = state.orElseThrow(() -> new SlotLostException(slot, "it does not exist"));
        if (!found.plugin().equals(PLUGIN)) {
            throw new SlotLostException(slot, "its plugin is '" + found.plugin() + "', not " + PLUGIN);
        }
        found.invalidation().ifPresent(reason -> {
            throw new SlotLostException(slot, "the server has invalidated it (" + reason + ")");
        });
        if (found.confirmedFlush().isAfter(applied)) {
            throw new SlotLostException(
                    slot,
                    "it is confirmed up to " + found.confirmedFlush() + " but the target holds changes only up to "
                            + applied + " (advanced or re-created by someone else, or the target went back)");
        }
    }

    /**
     * Requires that a source's log holds what was applied from it: one that was set back to an older state, as a volume's snapshot or a
     * backup of its files does, would take what it commits from now on for sent already, up to that position.
     *
     * @param connection an ordinary connection to the source
     * @param applied what is durable on the target
     * @throws SQLException if the server refuses
     * @throws ReplicationException if the log ends before {@code applied}
     */
    public static void requireLog(Connection connection, Lsn applied) throws SQLException {
        // A server in recovery has no log of its own, and refuses to decode, or says where it lacks something.
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery()"
                        + " THEN pg_catalog.pg_current_wal_flush_lsn()::text END")) {
            row.next();
            lsn(row.getString(1)).ifPresent(end -> requireLog(end, applied));
        }
    }

    /**
     * Requires the same where the end of the log is known.
     *
     * @param end where the source's flushed log ends, read after {@code applied}
     * @param applied what is durable on the target
     * @throws ReplicationException if the log ends before {@code applied}
     */
    public static void requireLog(Lsn end, Lsn applied) {
        if (applied.isAfter(end)) {
            throw new ReplicationException("the source's log ends at " + end + ", and the target holds changes up to "
                    + applied + ": the source was set back to an older state (a snapshot of its volume, a backup of"
                    + " its files), and the target may hold what it has lost: start afresh from it");
        }
    }

    /**
     * Drops a slot, ending the session that uses it; one that does not exist is no error.
     *
     * @param connection an ordinary connection
     * @param slot the slot's name
     * @param timeout how long to wait until that session has ended
     * @throws SQLException if the server refuses, or with SQLSTATE 55006 if the slot was still in use at the timeout
     */
    public static void drop(Connection connection, String slot, Duration timeout) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<SlotState> state = state(connection, slot);
            if (state.isEmpty()) {
                return;
            }
            if (state.get().isActive()) {
                call(
                        connection,
                        "SELECT pg_catalog.pg_terminate_backend(active_pid)"
                                + " FROM pg_catalog.pg_replication_slots WHERE slot_name = ? AND active_pid IS NOT NULL",
                        slot);
            }
            try {
                call(connection, "SELECT pg_catalog.pg_drop_replication_slot(?)", slot);
                return;
            } catch (SQLException e) {
                if (UNDEFINED_OBJECT.equals(e.getSQLState())) {
                    return;
                }
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void call(Connection connection, String sql, String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, slot);
            statement.execute();
        }
    }
}
