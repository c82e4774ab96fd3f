package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.ReplicationEvents;
import dev.godwit.internal.status.LagMonitor;
import dev.godwit.internal.watch.SourceGuard;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.apply.SchemaChangedException;
import dev.godwit.replication.apply.SubscriberStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a migration from the phase where it stands to READY_TO_CUTOVER, and watches over it there. Runs on one thread. */
final class PhaseSequence {
    private static final Logger LOG = LoggerFactory.getLogger(PhaseSequence.class);
    /** Somebody else has ended the run, by a cutover or otherwise. */
    private static final Set<MigrationPhase> OVER =
            EnumSet.of(MigrationPhase.COMPLETED, MigrationPhase.CANCELLED, MigrationPhase.FAILED);

    private static final Duration WATCH_EVERY = Duration.ofMillis(250);
    private static final Duration PING_EVERY = Duration.ofSeconds(5);
    /** Readiness is lost only when the lag is clearly larger than what made it ready. */
    private static final int HYSTERESIS = 10;

    private final RunContext context;
    private final PhaseMachine phases;
    private final ApplySession apply;
    private final JoinRequests requests;
    private final Joins joins;
    private final Patience patience;
    private final LagMonitor lagMonitor = new LagMonitor();
    private final SchemaPoll schema;
    private final TargetPoll target;
    private final SourcePosition source;
    private long pinged = System.nanoTime();

    @Nullable
    private SourceGuard guard;

    PhaseSequence(RunContext context, PhaseMachine phases, ApplySession apply, JoinRequests requests) {
        this.context = context;
        this.phases = phases;
        this.apply = apply;
        this.requests = requests;
        this.joins = new Joins(context, phases, requests);
        this.patience = new Patience(context, phases);
        this.schema = new SchemaPoll(context);
        this.target = new TargetPoll(context);
        this.source = new SourcePosition(context.plan().name(), context.plan().source());
    }

    /** Gives true if it is to be run again, with everything read anew: after a pause, or for tables that join. */
    boolean run() throws SQLException, InterruptedException {
        if (phases.position() == MigrationPhase.SCHEMA) {
            patience.run(() -> new SchemaPhase(context).run());
            patience.run(() -> advance(MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        }
        if (phases.position() == MigrationPhase.SNAPSHOT) {
            patience.run(() -> new SnapshotPhase(context).run());
            patience.run(() -> advance(MigrationPhase.SNAPSHOT, MigrationPhase.CATCH_UP));
        }
        context.plan().surroundings().turn().end();
        try {
            patience.run(() -> {
                apply.stop();
                new CatchUpPhase(context, apply).run();
            });
            patience.run(() -> joins.begin(apply));
            return watch();
        } catch (SchemaChangedException e) {
            return new SchemaPause(context, phases, apply).untilResumed(e);
        } finally {
            joins.close();
            source.close();
        }
    }

    /** A pause may come between what is done and the phase that follows. */
    private void advance(MigrationPhase from, MigrationPhase to) {
        while (!phases.transitionFrom(from, to)) {
            context.tuning().check();
            if (phases.position() != from) {
                throw new IllegalStateException("in " + phases.phase() + " after " + from);
            }
        }
    }

    private boolean watch() throws SQLException, InterruptedException {
        // Read once a turn: a cutover may fail in the middle of one, and nothing is applied then.
        for (MigrationPhase phase = phases.phase(); !OVER.contains(phase); phase = phases.phase()) {
            context.tuning().check();
            if (phase != MigrationPhase.CUTOVER && joins.look(apply) && leaveReadiness()) {
                return true;
            }
            if (schema.hasRenamed() && leaveReadiness()) {
                return true;
            }
            if (apply.isOutdated() && leaveReadiness()) {
                LOG.info(
                        "{}: applying with another number of appliers",
                        context.plan().name());
                return true;
            }
            SubscriberStatus status = null;
            if (phase != MigrationPhase.CUTOVER) {
                status = apply.running().status();
                ReplicationException failure = status.failure().orElse(null);
                if (failure instanceof SchemaChangedException changed) {
                    if (new SchemaPause(context, phases, apply).untilResumed(changed)) {
                        return true;
                    }
                    status = null;
                } else if (failure != null) {
                    throw failure;
                }
            }
            phases.awaitChange(look(status));
        }
        return false;
    }

    /** False if a cutover came first, which looks itself for what is not there yet. */
    private boolean leaveReadiness() {
        return phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP)
                || phases.position() == MigrationPhase.CATCH_UP;
    }

    /**
     * Gives how long to wait before the next look. A cutover looks after itself: its decision has the migration's record locked, who waits
     * behind its fence waits for no copy, and what has failed here must not end the run in the middle of it.
     *
     * @param status null while there is nothing to look at
     */
    private Duration look(@Nullable SubscriberStatus status) throws SQLException {
        if (status == null) {
            return WATCH_EVERY;
        }
        try {
            observe(status);
            target.poll();
            lookAtSchema();
            if (System.nanoTime() - pinged > PING_EVERY.toNanos()) {
                context.state().ping();
                pinged = System.nanoTime();
                lookAtCost();
                patience.succeeded();
            }
            return WATCH_EVERY;
        } catch (SQLException | RuntimeException e) {
            return tolerate(e);
        }
    }

    /** What ends the run ends it before a cutover begins, or waits for that cutover's end. */
    private Duration tolerate(Exception failure) throws SQLException {
        try {
            return patience.tolerate(failure);
        } catch (SQLException | RuntimeException lasting) {
            if (phases.phase() == MigrationPhase.CUTOVER) {
                LOG.warn(
                        "{}: looked at again behind the cutover: {}",
                        context.plan().name(),
                        lasting.getMessage());
                return WATCH_EVERY;
            }
            throw lasting;
        }
    }

    private void observe(SubscriberStatus status) throws SQLException {
        long nanos = System.nanoTime();
        Lsn now = source.read(status.settled(), nanos);
        if (now == null) {
            return;
        }
        lagMonitor.sample(now, source.clock(), nanos);
        Optional<Duration> measured = lagMonitor.lag(status.settled(), nanos);
        Duration lag = measured.orElseGet(() -> sinceLastCommit(status, nanos));
        context.publish(ReplicationEvents.progress(context.plan().name(), now, lag, status));
        Duration ready = context.plan().cutover().readyLag();
        if (measured.isPresent() && !requests.isExpected() && lag.compareTo(ready) <= 0) {
            phases.transitionFrom(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);
        } else if (lag.compareTo(ready.multipliedBy(HYSTERESIS)) > 0) {
            phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
        }
    }

    private void lookAtCost() throws SQLException {
        Connection open = source.sessionOrNull();
        if (open == null) {
            return;
        }
        if (guard == null) {
            guard = context.guard();
        }
        try {
            guard.look(open);
        } catch (SQLException e) {
            LOG.warn(
                    "{}: what it costs the source could not be looked at: {}",
                    context.plan().name(),
                    e.getMessage());
            source.close();
        }
    }

    /** What cannot be looked at now is looked at later, at the latest before the cutover. */
    private void lookAtSchema() {
        Connection open = source.sessionOrNull();
        // What tables lack that join is no difference yet.
        if (open == null || joins.isActive() || !schema.isDue(System.nanoTime())) {
            return;
        }
        try {
            schema.poll(open);
        } catch (SQLException e) {
            LOG.warn("{}: the schemas could not be compared: {}", context.plan().name(), e.getMessage());
            source.close();
        }
    }

    /** An estimate, good enough to watch a backlog shrink. */
    private Duration sinceLastCommit(SubscriberStatus status, long nanos) {
        return status.lastCommitTime()
                .flatMap(commit -> lagMonitor.since(commit, nanos))
                .orElse(Duration.ZERO);
    }
}
