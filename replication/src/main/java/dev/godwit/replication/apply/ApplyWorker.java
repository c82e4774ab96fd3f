package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.stream.SilentSourceException;
import dev.godwit.replication.stream.StreamEndedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an applying session running: after a failure that may pass, both connections are closed, everything after the last
 * durable commit is forgotten, and the stored position, read again, tells where to go on.
 */
final class ApplyWorker implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ApplyWorker.class);

    private static final String BAD_TEXT = "22021";
    private static final String BAD_TEXT_HINT = "; a value is not valid UTF-8, which a database of encoding SQL_ASCII"
            + " does not prevent: mend it on the source, then start afresh";

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    /** A session that had nothing to do for so long was in order, or for {@code giveUpAfter} if that is between the two. */
    private static final Duration SHORTEST_QUIET = Duration.ofSeconds(1);

    private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);

    private final SubscriberOptions options;
    private final ApplyControl control;
    private final RandomGenerator random;

    private @Nullable SystemIdentity source;
    private final SplitTables split = new SplitTables();
    private ApplyPlan plan = ApplyPlan.USUAL;
    private int failures;
    private int silences;
    private boolean lost;
    private long failingSinceNanos;
    private Lsn appliedAtFailure = Lsn.ZERO;
    /** For how long the last session had nothing to do. */
    private Duration quiet = Duration.ZERO;

    private volatile @Nullable TargetSessions targets;

    ApplyWorker(SubscriberOptions options, ApplyControl control, RandomGenerator random) {
        this.options = options;
        this.control = control;
        this.random = random;
    }

    /** Breaks off what the target is doing; any thread may call it. */
    void abort() {
        TargetSessions current = targets;
        if (current != null) {
            current.abort();
        }
    }

    @Override
    public void run() {
        try {
            while (!control.isStopping()) {
                attempt();
            }
            control.ended(null);
        } catch (ReplicationException e) {
            control.ended(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            control.ended(new ReplicationException("the applying thread was interrupted", e));
        } catch (OutOfMemoryError e) {
            control.ended(new ReplicationException(
                    "the heap is too small for the changes and the largest row; lower memoryBytes, or give the JVM more (-Xmx),"
                            + " and go on: nothing is lost",
                    e));
            LOG.error("{}: the applying thread ran out of memory", options.name(), e);
        } catch (RuntimeException | Error e) {
            control.ended(new ReplicationException("the applying thread failed unexpectedly", e));
            LOG.error("{}: the applying thread failed unexpectedly", options.name(), e);
        }
    }

    private void attempt() throws InterruptedException {
        quiet = Duration.ZERO;
        try {
            if (source == null) {
                source = SystemIdentity.of(options.source());
            }
            try (SessionParts parts = SessionParts.open(options, source, silence(), plan, split)) {
                targets = parts.targets();
                plan = plan.during(parts.targets());
                options.observer().counting(parts.targets().counts());
                control.connected(parts.stream(), parts.targets().applied());
                if (lost) {
                    lost = false;
                    options.observer().reconnected();
                }
                try (ApplySession session = new ApplySession(options, control, parts, plan, split)) {
                    run(session);
                }
            } finally {
                targets = null;
                control.disconnected(false);
            }
        } catch (SuspectBatchException e) {
            plan = plan.after(e);
            LOG.warn("{}: {}; applying it again {}: {}", options.name(), e.getMessage(), plan.way(), reason(e));
        } catch (SQLException e) {
            if (!control.isStopping()) {
                retryLater(e);
            }
        }
    }

    private void run(ApplySession session) throws SQLException, InterruptedException {
        try {
            if (!session.run()) {
                plan = ApplyPlan.USUAL;
            }
        } finally {
            quiet = session.longestQuiet();
        }
    }

    private static @Nullable String reason(Exception e) {
        return e.getCause() == null ? null : e.getCause().getMessage();
    }

    private void retryLater(SQLException failure) throws InterruptedException {
        SQLException sanitized = SqlFailures.sanitized(failure);
        if (!SqlFailures.isTransient(sanitized)) {
            String side =
                    failure instanceof StreamEndedException ? "the source ended the stream" : "applying changes failed";
            throw new ReplicationException(
                    side + " (SQLSTATE " + sanitized.getSQLState() + "): " + sanitized.getMessage()
                            + (BAD_TEXT.equals(sanitized.getSQLState()) ? BAD_TEXT_HINT : ""),
                    sanitized);
        }
        Lsn applied = control.status().applied();
        boolean silent = failure.getCause() instanceof SilentSourceException;
        if (applied.isAfter(appliedAtFailure)) {
            failures = 0;
            silences = 0;
        } else if (wasInOrder(silent)) {
            failures = 0;
        }
        if (failures == 0) {
            failingSinceNanos = System.nanoTime();
        }
        appliedAtFailure = applied;
        failures++;
        silences += silent ? 1 : 0;
        Duration failing = Duration.ofNanos(System.nanoTime() - failingSinceNanos);
        if (failing.compareTo(options.giveUpAfter()) >= 0 && failures > 1) {
            throw new ReplicationException(
                    "applying changes failed " + failures + " times in " + failing + " without a commit in between: "
                            + sanitized.getMessage() + "; nothing is lost, go on once the cause is gone",
                    sanitized);
        }
        control.disconnected(true);
        Duration delay = delay();
        LOG.warn(
                "{}: connection or transaction lost (SQLSTATE {}: {}), next attempt in {} ms",
                options.name(),
                sanitized.getSQLState(),
                sanitized.getMessage(),
                delay.toMillis());
        lost = true;
        options.observer().reconnecting(sanitized, failures);
        control.awaitStop(delay);
    }

    /** Of an idle source no position moves, however long all was well. The time in which the source was silent does not count. */
    private boolean wasInOrder(boolean silent) {
        Duration limit = options.giveUpAfter().compareTo(LONGEST_QUIET) < 0 ? options.giveUpAfter() : LONGEST_QUIET;
        Duration enough = limit.compareTo(SHORTEST_QUIET) < 0 ? SHORTEST_QUIET : limit;
        return quiet.compareTo(silent ? enough.plus(silence()) : enough) >= 0;
    }

    /** A server that decodes a huge transaction of other tables may be silent for long; then it gets more time each time. */
    private Duration silence() {
        return options.silence().multipliedBy(1L << Math.min(20, silences));
    }

    /** Doubles with each failure, and spreads by half to either side. */
    private Duration delay() {
        double doubled = (double) FIRST_DELAY.toMillis() * Math.pow(2, Math.min(20, failures - 1));
        double millis = Math.min((double) LONGEST_DELAY.toMillis(), doubled) * (0.5 + random.nextDouble());
        return Duration.ofMillis((long) millis);
    }
}
