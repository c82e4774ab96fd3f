package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.ConflictStore;
import dev.godwit.internal.state.Ownership;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RecordedConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What was recorded instead of being applied, as the user sees it. Each call has a session of its own; any thread may call. */
public final class RecordedConflicts {
    private final MigrationPlan plan;
    private final PhaseMachine phases;
    private final Ownership ownership;

    RecordedConflicts(MigrationPlan plan, PhaseMachine phases, Ownership ownership) {
        this.plan = plan;
        this.phases = phases;
        this.ownership = ownership;
    }

    private interface Work<T> {
        T apply(ConflictStore store, Connection target) throws SQLException;
    }

    /** Reads what is not acknowledged. */
    public List<RecordedConflict> open() {
        return run("read its recorded conflicts", ConflictStore::open);
    }

    /** Acknowledges what was recorded up to one; gives the number. */
    public int acknowledge(long upToId) {
        return run("acknowledge its recorded conflicts", (store, target) -> {
            target.setAutoCommit(false);
            int acknowledged = store.acknowledge(target, upToId);
            ownership.require(target);
            target.commit();
            return acknowledged;
        });
    }

    private <T> T run(String what, Work<T> work) {
        phases.requireOpen("migration '" + plan.name() + "' cannot " + what);
        try (Connection target = plan.target().open()) {
            return work.apply(new ConflictStore(plan.name()), target);
        } catch (SQLException e) {
            throw new MigrationException(
                    phases.phase(), "migration '" + plan.name() + "' could not " + what + ": " + e.getMessage(), e);
        }
    }
}
