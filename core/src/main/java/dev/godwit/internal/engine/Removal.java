package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.TargetDatabase;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a migration up for good: first what it has on the source, since that costs; then what is to go from the target; at last what is
 * remembered, so that whatever fails on the way can be done again.
 *
 * @param migration the migration's name
 * @param source the source
 * @param target the target
 * @param clean whether the target is to be what it was before
 */
record Removal(String migration, ServerConnections source, ServerConnections target, boolean clean) {

    /** Gives that of a migration. */
    static Removal of(MigrationPlan plan, boolean clean) {
        return new Removal(plan.name(), plan.source(), plan.target(), clean);
    }

    /** Does it for the owner of the migration. */
    CleanUpReport run(StateStore state) throws SQLException {
        List<String> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        run(state, removed, left);
        return new CleanUpReport(migration, removed, left);
    }

    private void run(StateStore state, List<String> removed, List<String> left) throws SQLException {
        state.groups().requireForgettable();
        MigrationRecord record = state.record();
        if (clean && record.isTakenOver()) {
            throw new MigrationException(
                    record.phase(),
                    "the target of migration '" + migration
                            + "' is not cleaned: the migration was cut over, so this is where the"
                            + " applications write, or wrote; clean up with LEAVE_TARGET",
                    null);
        }
        try {
            Traces.remove(source, record, removed);
            removeWayBack(state, record, removed);
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "slot " + record.slot() + " and publication " + record.publication() + " of migration '" + migration
                            + "' may still be on the source, which then keeps its log for them, and nothing else was changed: "
                            + WithoutValues.message(e)
                            + ". Cancel again, or Migration.cleanUp(), once the source answers; by hand: "
                            + Leftovers.byHand(record.slot(), record.publication()),
                    e);
        }
        recordEnd(state, record);
        if (clean) {
            new TargetCleaning(migration, target).run(removed, left);
        }
        state.forget();
    }

    /** What was removed, and what comes next, makes it impossible to go on. That the target has taken over stays recorded to the last. */
    private static void recordEnd(StateStore state, MigrationRecord record) throws SQLException {
        if (!record.isTakenOver()) {
            state.recordPhase(MigrationPhase.CANCELLED);
        } else if (record.reverseLsn() != null
                && (record.phase() == MigrationPhase.COMPLETED || record.phase() == MigrationPhase.REVERSE_SYNC)) {
            state.recordPhase(MigrationPhase.FINALIZED);
        }
    }

    private void removeWayBack(StateStore state, MigrationRecord record, List<String> removed) throws SQLException {
        ReverseStream.remove(target, record, removed);
        if (record.reverseLsn() != null) {
            new Mirror(migration, target, source, state).remove(record.phase() != MigrationPhase.ROLLED_BACK, removed);
        }
    }

    /** Does it for a migration that no process runs, be it remembered or not. */
    CleanUpReport cleanUp() {
        try {
            if (!isRemembered()) {
                return cleanUpTraces();
            }
            try (StateStore state = StateStore.succeed(target, migration)) {
                return cleanUp(state);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Does it for a migration that no process runs and whose target database may have been dropped, or never created. */
    CleanUpReport cleanUp(MigrationPlan plan) {
        try {
            return Registration.isTargetMissing(plan)
                    ? cleanUpTraces(plan.surroundings().database())
                    : cleanUp();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Does it for one that is remembered, and owned. */
    CleanUpReport cleanUp(StateStore state) {
        List<String> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        try {
            requireSameSource(state, removed);
            run(state, removed, left);
            Traces.remove(migration, source, target, removed, left);
            return new CleanUpReport(migration, removed, left);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private CleanUpReport cleanUpTraces() throws SQLException {
        List<String> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        Traces.remove(migration, source, target, removed, left);
        if (StateStore.forgetRemains(target, migration)) {
            removed.add("what was still remembered of the migration on the target");
        }
        return new CleanUpReport(migration, removed, left);
    }

    private CleanUpReport cleanUpTraces(TargetDatabase missing) {
        List<String> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        try (Connection server = missing.openMaintenance()) {
            String system = SystemIdentity.of(server).systemIdentifier();
            Traces.remove(migration, source, Traces.of(migration, missing.name(), system), removed, left);
            return new CleanUpReport(migration, removed, left);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private MigrationException failed(SQLException e) {
        return new MigrationException(
                null, "migration '" + migration + "' could not be cleaned up: " + e.getMessage(), e);
    }

    private boolean isRemembered() throws SQLException {
        try (Connection connection = target.open()) {
            return StateStore.peek(connection, migration).isPresent();
        }
    }

    /** Elsewhere nothing would be found, and what there is forgotten; what the way back has on the target costs there, and goes. */
    private void requireSameSource(StateStore state, List<String> removed) throws SQLException {
        MigrationRecord record = state.record();
        Optional<String> another = SourceIdentity.of(migration, source, record).another();
        if (another.isEmpty()) {
            return;
        }
        state.groups().requireForgettable();
        ReverseStream.remove(target, record, removed);
        throw new MigrationException(
                null,
                another.get()
                        + ". Clean up with the source that it began with, which may have its slot; if that is gone for"
                        + " good, DELETE FROM godwit.migration WHERE name = '" + migration + "' on the target"
                        + (removed.isEmpty() ? "" : ". Removed: " + String.join(", ", removed)),
                null);
    }
}
