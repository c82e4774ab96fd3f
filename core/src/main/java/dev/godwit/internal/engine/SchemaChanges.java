package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was changed in the source's schema, as the user sees it. Each call has sessions of its own; any thread may call. */
public final class SchemaChanges {
    private final MigrationPlan plan;
    private final PhaseMachine phases;
    private final @Nullable RunContext context;

    SchemaChanges(MigrationPlan plan, PhaseMachine phases, @Nullable RunContext context) {
        this.plan = plan;
        this.phases = phases;
        this.context = context;
    }

    private interface Work<T> {
        T apply(SchemaWatch watch, Connection source, Connection target) throws SQLException;
    }

    /** Looks at what the target lacks now. */
    public List<String> open() {
        return run("compare the schemas", SchemaWatch::look);
    }

    /** Takes the source's schema as it is now for carried over; gives the number of differences. */
    public int acknowledge() {
        return run("acknowledge changes of the schema", SchemaWatch::acknowledge);
    }

    private <T> T run(String what, Work<T> work) {
        phases.requireOpen("migration '" + plan.name() + "' cannot " + what);
        RunContext prepared = context;
        if (prepared == null) {
            throw new MigrationException(phases.phase(), "migration '" + plan.name() + "' has only begun", null);
        }
        try (Connection source = plan.source().open();
                Connection target = plan.target().open()) {
            return work.apply(prepared.watch(), source, target);
        } catch (SQLException e) {
            throw new MigrationException(
                    phases.phase(), "migration '" + plan.name() + "' could not " + what + ": " + e.getMessage(), e);
        }
    }
}
