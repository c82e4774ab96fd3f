package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.apply.SchemaChangedException;
import dev.godwit.result.MigrationPausedException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run that stands still until somebody has adapted the target's schema. Used by the run's thread. */
final class SchemaPause {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaPause.class);

    private final RunContext context;
    private final PhaseMachine phases;
    private final ApplySession apply;

    SchemaPause(RunContext context, PhaseMachine phases, ApplySession apply) {
        this.context = context;
        this.phases = phases;
        this.apply = apply;
    }

    /** Pauses and waits; tells whether the run was told to go on. False also if a cutover came first and is to see to it. */
    boolean untilResumed(SchemaChangedException changed) throws SQLException, InterruptedException {
        if (!phases.pause(changed)) {
            context.tuning().check();
            return false;
        }
        String message = String.valueOf(changed.getMessage());
        context.board().stopped(message, "adapt the target's schema to the source's, then resume()");
        apply.stop();
        String name = context.plan().name();
        LOG.warn("{}: paused: {}", name, message);
        context.state().recordFailure(message);
        context.publish(new MigrationEvent.Paused(
                name,
                Instant.now(),
                changed.table().toString(),
                changed.commitLsn().toString(),
                changed.differences()));
        new Standstill(context, phases).untilOver();
        // Perhaps somebody wants a pause by now.
        return phases.position() == MigrationPhase.CATCH_UP;
    }

    static MigrationPausedException exception(String migration, @Nullable Throwable cause) {
        return new MigrationPausedException(
                "migration '" + migration + "' is paused: "
                        + (cause == null ? "MigrationRun.pause() was called" : cause.getMessage())
                        + " (MigrationRun.resume(); slot and state stay)",
                cause instanceof SchemaChangedException changed ? changed.differences() : List.of(),
                cause);
    }
}
