package dev.godwit.internal.state;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A migration's memory on the target, and the session that owns it.
 *
 * <p>Thread rule: calls that use the owner's session are serialised; calls with a connection parameter run in that
 * connection's transaction, on the thread that owns the connection.
 */
public final class StateStore implements AutoCloseable {
    private final OwnerSession session;
    private final String migration;
    private final Ownership ownership;

    private StateStore(OwnerSession session, String migration, Ownership ownership) {
        this.session = session;
        this.migration = migration;
        this.ownership = ownership;
    }

    /** Reads what is recorded of a migration, without owning it; empty if nothing is. */
    public static Optional<MigrationRecord> peek(Connection connection, String migration) throws SQLException {
        return StateTables.exist(connection) ? read(connection, migration) : Optional.empty();
    }

    /** Records a new migration and owns it, by a session of its own. */
    public static StateStore register(ServerConnections target, String migration, MigrationRecord record)
            throws SQLException {
        return own(target, migration, session -> {
            StateTables.create(session);
            Ownership.lock(session, migration, target);
            if (read(session, migration).isEmpty()) {
                // Of one whose record was deleted by hand.
                StateTables.forget(session, migration);
            }
            try (PreparedStatement statement = session.prepareStatement(
                    "INSERT INTO godwit.migration (name, source_system, source_timeline, source_database, slot,"
                            + " publication, phase, owner_epoch) VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING")) {
                statement.setString(1, migration);
                statement.setString(2, record.sourceSystem());
                statement.setInt(3, record.sourceTimeline());
                statement.setString(4, record.sourceDatabase());
                statement.setString(5, record.slot());
                statement.setString(6, record.publication());
                statement.setString(7, record.phase().name());
                if (statement.executeUpdate() == 0) {
                    throw new MigrationException(
                            null, "migration '" + migration + "' was recorded by another process just now", null);
                }
            }
        });
    }

    /**
     * Owns a migration that is recorded, by a session of its own. The process that had it before may be there still, and what it has open
     * there is ended; this one has no other transaction there.
     */
    public static StateStore succeed(ServerConnections target, String migration) throws SQLException {
        return own(target, migration, session -> {
            Ownership.lock(session, migration, target);
            Ownership.endFormerTransactions(session, migration, target);
            StateTables.complete(session);
        });
    }

    private static StateStore own(ServerConnections target, String migration, SqlStep prepare) throws SQLException {
        OwnerSession session = OwnerSession.open(target, migration);
        try {
            prepare.run(session.get());
            Ownership ownership = Ownership.begin(session.get(), migration);
            session.owns(ownership);
            return new StateStore(session, migration, ownership);
        } catch (SQLException | RuntimeException e) {
            try {
                session.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private interface SqlStep {
        void run(Connection session) throws SQLException;
    }

    /** Gives the right under which everything is written. */
    public Ownership ownership() {
        return ownership;
    }

    /** Gives what is written where the work is done. */
    public CopyMarks marks() {
        return new CopyMarks(migration, ownership);
    }

    /** Reads the migration's record. */
    public synchronized MigrationRecord record() throws SQLException {
        return read(session.get(), migration).orElseThrow(() -> ownership.lost(null));
    }

    /** Reads the record after any other transaction of this process that may still be committing has ended. */
    public synchronized MigrationRecord settledRecord() throws SQLException {
        ping();
        return record();
    }

    private static Optional<MigrationRecord> read(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT source_system, source_database, slot, publication, phase,"
                        + " consistent_lsn, cutover_step, end_lsn, source_timeline, reverse_lsn FROM godwit.migration WHERE name = ?")) {
            statement.setString(1, migration);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String step = row.getString(7);
                return Optional.of(new MigrationRecord(
                        row.getString(1),
                        row.getInt(9),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        MigrationPhase.valueOf(row.getString(5)),
                        lsn(row.getString(6)),
                        step == null ? null : CutoverStep.valueOf(step),
                        lsn(row.getString(8)),
                        lsn(row.getString(10))));
            }
        }
    }

    private static @Nullable Lsn lsn(@Nullable String text) {
        return text == null ? null : Lsn.parse(text);
    }

    /** Records the phase just entered, and that nothing has failed in it. */
    public synchronized void recordPhase(MigrationPhase phase) throws SQLException {
        update(session.get(), "phase = ?, failure = NULL", phase.name());
    }

    /** Records why the run stopped. */
    public synchronized void recordFailure(String message) throws SQLException {
        update(session.get(), "failure = ?", message);
    }

    /** Records the slot's consistent point: from now on the slot is what the migration hangs on. */
    public void recordConsistentLsn(Connection connection, Lsn lsn) throws SQLException {
        update(connection, "consistent_lsn = ?", lsn.toString());
    }

    /** Records how far the cutover went; null outside a cutover. */
    public synchronized void recordCutoverStep(@Nullable CutoverStep step) throws SQLException {
        update(session.get(), "cutover_step = ?", step == null ? null : step.name());
    }

    /**
     * Records that the source may be found closed from now on.
     *
     * @param sealing whether it is already, and how it is closed now
     */
    public synchronized void recordSealing(Sealing sealing) throws SQLException {
        update(
                session.get(),
                "source_closed_before = " + sealing.closedBefore() + ", cutover_step = '" + CutoverStep.SEALING
                        + "', source_closed_as = ?",
                sealing.mark());
    }

    /** Reads how the last cutover was to close the source. */
    public synchronized Sealing sealing() throws SQLException {
        return StateTables.sealing(session.get(), migration);
    }

    /** Records the decision, in the transaction that makes the target fit for traffic. */
    public void recordDecision(Connection connection, Lsn endLsn) throws SQLException {
        update(connection, "cutover_step = 'DECIDED', reverse_lsn = NULL, end_lsn = ?", endLsn.toString());
    }

    /** Records where the target's log ends as the point where the way back begins, unless one is recorded for this decision. */
    public synchronized void recordReverseStart() throws SQLException {
        update(
                session.get(),
                "reverse_lsn = coalesce(reverse_lsn, pg_catalog.pg_current_wal_insert_lsn()::text, ?)",
                null);
    }

    /** Records the decision of a group, for which the target was made fit before; of other members traffic may be switched already. */
    public void recordGroupDecision(Connection connection, Lsn endLsn) throws SQLException {
        update(connection, "cutover_step = 'SWITCHING', end_lsn = ?", endLsn.toString());
        GroupTables.forgetVote(connection, migration);
    }

    /** Leaves the decision to a group, in the transaction that makes the target fit for traffic. */
    public void recordVote(Connection connection, Lsn endLsn, GroupVote vote) throws SQLException {
        update(connection, "cutover_step = 'PREPARED', end_lsn = ?", endLsn.toString());
        GroupTables.recordVote(connection, migration, vote);
    }

    /** Takes decision or vote back, in the transaction that makes the target unfit for traffic again. */
    public void recordUndecided(Connection connection) throws SQLException {
        update(connection, "cutover_step = ?, end_lsn = NULL", CutoverStep.SEALING.name());
        GroupTables.forgetVote(connection, migration);
    }

    /** Ends the owning session at once, so that who waits for its server's answer fails; another one takes its place. Waits for nobody. */
    public void abortSession() {
        session.abort();
    }

    /** Gives what is remembered of the tables that the migration is about. */
    public TableMemory tables() {
        return new TableMemory(this, session, migration);
    }

    /** Gives what is remembered of cutovers of a group. */
    public GroupMemory groups() {
        return new GroupMemory(this, session, migration);
    }

    private void update(Connection connection, String assignment, @Nullable String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE godwit.migration SET " + assignment + ", updated = now() WHERE name = ? AND owner_epoch = ?")) {
            statement.setString(1, value);
            statement.setString(2, migration);
            statement.setLong(3, ownership.epoch());
            if (statement.executeUpdate() != 1) {
                throw ownership.lost(null);
            }
        }
    }

    /** Counts the large objects that were copied. */
    public synchronized long largeObjects() throws SQLException {
        try (PreparedStatement statement =
                session.get().prepareStatement("SELECT count(*) FROM godwit.large_object WHERE migration = ?")) {
            statement.setString(1, migration);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Reads the identifiers of the schema steps that are done. */
    public synchronized Set<String> doneSteps() throws SQLException {
        Set<String> done = new HashSet<>();
        try (PreparedStatement statement =
                session.get().prepareStatement("SELECT id FROM godwit.schema_step WHERE migration = ?")) {
            statement.setString(1, migration);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    done.add(rows.getString(1));
                }
            }
        }
        return done;
    }

    /** Ends another session of this process, and undoes its transaction unless that is committing; the owner's may be waiting for it. */
    public void end(int pid) throws SQLException {
        try (Connection own = session.another();
                PreparedStatement statement = own.prepareStatement(
                        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
                                + " WHERE pid = ? AND usename = current_user AND application_name LIKE 'godwit-%'")) {
            statement.setInt(1, pid);
            statement.execute();
        }
    }

    /** A question to the target. */
    public interface Question<T> {
        /** Asks it in a session in auto-commit mode. */
        T ask(Connection session) throws SQLException;
    }

    /** Asks in the owning session, which has to answer at once. */
    public synchronized <T> T ask(Question<T> question) throws SQLException {
        return question.ask(session.get());
    }

    /** Makes sure that the owning session is alive and is the owner, without a trace. */
    public synchronized void requireOwner() throws SQLException {
        try (PreparedStatement statement =
                session.get().prepareStatement("SELECT 1 FROM godwit.migration WHERE name = ? AND owner_epoch = ?")) {
            statement.setString(1, migration);
            statement.setLong(2, ownership.epoch());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw ownership.lost(null);
                }
            }
        }
    }

    /** Makes sure that the owning session is alive and is the owner, and shows others that it is. */
    public synchronized void ping() throws SQLException {
        try (PreparedStatement statement = session.get()
                .prepareStatement("UPDATE godwit.migration SET updated = now() WHERE name = ? AND owner_epoch = ?")) {
            statement.setString(1, migration);
            statement.setLong(2, ownership.epoch());
            if (statement.executeUpdate() != 1) {
                throw ownership.lost(null);
            }
        }
    }

    /** Forgets the migration, and drops the schema if it was the last one; all of that or nothing. */
    public synchronized void forget() throws SQLException {
        Connection connection = session.get();
        StateTables.alone(connection, () -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM godwit.migration WHERE name = ? AND owner_epoch = ?")) {
                statement.setString(1, migration);
                statement.setLong(2, ownership.epoch());
                if (statement.executeUpdate() != 1) {
                    throw ownership.lost(null);
                }
            }
            StateTables.forget(connection, migration);
            StateTables.dropIfEmpty(connection);
        });
    }

    /**
     * Forgets what there still is of a migration that is not recorded any more, as where its record was deleted by hand; drops the schema
     * if no other one is recorded.
     *
     * @return whether there was anything
     * @throws MigrationException if another process runs it
     */
    public static boolean forgetRemains(ServerConnections server, String migration) throws SQLException {
        try (Connection connection = server.open()) {
            if (!StateTables.exist(connection)) {
                return false;
            }
            Ownership.lock(connection, migration, server);
            Ownership.endFormerTransactions(connection, migration, server);
            AtomicBoolean found = new AtomicBoolean();
            StateTables.alone(connection, () -> {
                if (StateTables.exist(connection) && read(connection, migration).isEmpty()) {
                    found.set(StateTables.forget(connection, migration) > 0);
                    StateTables.dropIfEmpty(connection);
                }
            });
            return found.get();
        }
    }

    /** Ends the owning session and so gives up the lock. */
    @Override
    public void close() throws SQLException {
        session.close();
    }
}
