package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.watch.SourceGuard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that is PAUSED, for whatever reason: shows that it is alive, and looks at what the slot costs the source meanwhile. Used by the
 * run's thread.
 */
final class Standstill {
    private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final RunContext context;
    private final PhaseMachine phases;
    private final Patience patience;

    @Nullable
    private SourceGuard guard;

    Standstill(RunContext context, PhaseMachine phases) {
        this.context = context;
        this.phases = phases;
        this.patience = new Patience(context, phases);
    }

    /** Says that a user's pause has taken hold, and waits until it is over. */
    void afterRequest() throws SQLException, InterruptedException {
        if (phases.phase() == MigrationPhase.PAUSED) {
            patience.run(this::tell);
            untilOver();
        }
    }

    private void tell() throws SQLException {
        MigrationRecord record = context.state().record();
        String message = "the migration is paused by MigrationRun.pause(), in " + phases.position()
                + ": nothing is copied or applied, until MigrationRun.resume()"
                + (record.consistentLsn() == null
                        ? ""
                        : "; slot " + record.slot() + " stays, and the source keeps its log for it, which piles up");
        context.state().recordFailure(message);
        context.board().stopped(message, "MigrationRun.resume()");
        LOG.warn("{}: {}", context.plan().name(), message);
        context.publish(new MigrationEvent.Warning(context.plan().name(), Instant.now(), message));
        if (phases.phase() != MigrationPhase.PAUSED) {
            // It was over before this was said.
            context.state().recordPhase(phases.position());
            context.board().entered(phases.position());
        }
    }

    /** Waits until the run is not PAUSED any more. */
    void untilOver() throws SQLException, InterruptedException {
        while (phases.awaitLeaving(MigrationPhase.PAUSED, LOOK_EVERY)) {
            patience.run(this::look);
        }
    }

    /** What the source does not tell now it tells later. */
    private void look() throws SQLException {
        context.state().ping();
        if (guard == null) {
            guard = context.guard();
        }
        try (Connection source = context.plan().source().open()) {
            guard.look(source);
        } catch (SQLException e) {
            LOG.warn(
                    "{}: what the pause costs the source could not be looked at: {}",
                    context.plan().name(),
                    e.getMessage());
        }
    }
}
