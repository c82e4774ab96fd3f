package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does again what failed for a reason that may pass: as a new process would after {@code resume()}, but in this one. It ends
 * when nothing more was achieved for as long as the plan allows. Used by the run's thread.
 */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final MigrationPlan plan;
    private final StateStore state;
    private final EventDispatcher events;
    private final PhaseMachine phases;
    private int failures;
    private long failingSinceNanos;
    private long copied;
    /** Whether listeners were told that something was lost, and not yet that it is back. */
    private boolean lost;

    private long lostSinceNanos;

    Patience(MigrationPlan plan, StateStore state, EventDispatcher events, PhaseMachine phases) {
        this.plan = plan;
        this.state = state;
        this.events = events;
        this.phases = phases;
    }

    Patience(RunContext context, PhaseMachine phases) {
        this(context.plan(), context.state(), context.events(), phases);
    }

    /** Something that finds out by itself what of it is done already. */
    interface Step {
        void run() throws SQLException, InterruptedException;
    }

    /** Runs a step until it succeeds. */
    void run(Step step) throws SQLException, InterruptedException {
        try {
            call(() -> {
                step.run();
                return true;
            });
        } catch (SQLException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a step throws what it does not declare", e);
        }
    }

    /** Runs a step until it succeeds, and gives what it gives; an exception of another kind is the user's, and ends it. */
    <T> T call(Callable<T> step) throws Exception {
        while (true) {
            try {
                T result = step.call();
                succeeded();
                return result;
            } catch (SQLException e) {
                pauseAfter(WithoutValues.of(e));
            } catch (RuntimeException e) {
                pauseAfter(e);
            }
        }
    }

    void succeeded() {
        failures = 0;
        if (lost) {
            lost = false;
            events.publish(new MigrationEvent.Reconnected(
                    plan.name(), Instant.now(), Duration.ofNanos(System.nanoTime() - lostSinceNanos)));
        }
    }

    /** Throws what cannot pass or has lasted too long; else waits, longer each time, until trying again makes sense. */
    private void pauseAfter(Exception failure) throws SQLException, InterruptedException {
        Duration delay = tolerate(failure);
        phases.awaitChange(delay);
        noteProgress();
    }

    /** As {@link #run} for who tries again anyhow; gives how long to wait before that. */
    Duration tolerate(Exception failure) throws SQLException {
        if (failures == 0) {
            failingSinceNanos = System.nanoTime();
            lostSinceNanos = lost ? lostSinceNanos : failingSinceNanos;
        }
        failures++;
        Duration failing = Duration.ofNanos(System.nanoTime() - failingSinceNanos);
        boolean tooLong = failures > 1 && failing.compareTo(plan.apply().giveUpAfter()) >= 0;
        if (tooLong || !PassingFailure.is(failure)) {
            if (failure instanceof SQLException sql) {
                throw WithoutValues.of(sql);
            }
            throw (RuntimeException) failure;
        }
        Duration delay = delay();
        String reason = "a connection was lost in " + phases.phase() + " (" + WithoutValues.message(failure) + ")";
        LOG.warn("{}: {}; trying again in {} ms", plan.name(), reason, delay.toMillis());
        events.publish(new MigrationEvent.Reconnecting(plan.name(), Instant.now(), reason, failures));
        lost = true;
        return delay;
    }

    /** A table or large object that was copied in between begins the count anew. */
    private void noteProgress() {
        try {
            long now = state.tables().copied().size() + state.largeObjects();
            if (now > copied) {
                copied = now;
                failures = 0;
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("{}: asking what is copied: {}", plan.name(), e.getMessage());
        }
    }

    /** Doubles with each failure, and spreads by half to either side. */
    private Duration delay() {
        double doubled = (double) FIRST_DELAY.toMillis() * Math.pow(2, Math.min(20, failures - 1));
        double spread = 0.5 + ThreadLocalRandom.current().nextDouble();
        return Duration.ofMillis((long) (Math.min((double) LONGEST_DELAY.toMillis(), doubled) * spread));
    }
}
