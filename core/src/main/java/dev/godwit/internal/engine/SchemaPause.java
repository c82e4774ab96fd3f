package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.apply.SchemaChangedException;
import dev.godwit.result.MigrationPausedException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run that stands still until somebody has adapted the target's schema. Used by the run's thread. */
final class SchemaPause {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaPause.class);
    private static final Duration PING_EVERY = Duration.ofSeconds(5);

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
            return false;
        }
        apply.stop();
        String name = context.plan().name();
        String message = String.valueOf(changed.getMessage());
        LOG.warn("{}: paused: {}", name, message);
        context.state().recordFailure(message);
        context.publish(new MigrationEvent.Paused(
                name,
                Instant.now(),
                changed.table().toString(),
                changed.commitLsn().toString(),
                changed.differences()));
        Patience patience = new Patience(context, phases);
        while (phases.phase() == MigrationPhase.PAUSED) {
            phases.awaitChange(PING_EVERY);
            patience.run(context.state()::ping);
        }
        return phases.phase() == MigrationPhase.CATCH_UP;
    }

    static MigrationPausedException exception(String migration, @Nullable Throwable cause) {
        return new MigrationPausedException(
                "migration '" + migration + "' is paused: "
                        + (cause == null ? "its cause is not known" : cause.getMessage())
                        + " (MigrationRun.resume(); slot and state stay)",
                cause instanceof SchemaChangedException changed ? changed.differences() : List.of(),
                cause);
    }
}
