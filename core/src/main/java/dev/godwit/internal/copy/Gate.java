package dev.godwit.internal.copy;

import dev.godwit.copy.Throttle;
import dev.godwit.internal.watch.SourceGuard;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what the copy costs the source, asks the throttle, and holds the tasks of this process back while it says no. Used by one
 * thread.
 */
final class Gate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);

    private final CopyControl control;
    private final SourceGuard guard;
    private final Pace pace;
    private final Consumer<@Nullable String> observer;
    private final ThrottleSessions sessions;
    private long askedAt = System.nanoTime() - ASK_EVERY.toNanos();

    @Nullable
    private Throttle asked;

    @Nullable
    private String reason;

    /**
     * Makes a gate.
     *
     * @param control says which throttle is asked, and whether the run is to stand still
     * @param guard looks at what the copy costs the source
     * @param observer told the reason when a pause begins or its reason changes, null when it is over
     */
    Gate(
            CopyControl control,
            SourceGuard guard,
            Pace pace,
            ServerConnections source,
            ServerConnections target,
            Consumer<@Nullable String> observer) {
        this.control = control;
        this.guard = guard;
        this.pace = pace;
        this.observer = observer;
        this.sessions = new ThrottleSessions(source, target);
    }

    /** Tells whether something may begin. */
    boolean isOpen() {
        long now = System.nanoTime();
        boolean standing = control.isPaused();
        Throttle throttle = control.throttle();
        pace.limit(control.bytesPerSecond());
        pace.pause(standing || reason != null);
        boolean isNew = !standing && throttle != asked;
        if (isNew || now - askedAt >= ASK_EVERY.toNanos()) {
            askedAt = now;
            guard();
            if (!standing) {
                asked = throttle;
                ask(throttle);
            }
        }
        return !standing && reason == null;
    }

    /** What cannot be looked at now is looked at later. */
    private void guard() {
        try {
            pace.slowDown(guard.look(sessions.source()));
        } catch (SQLException e) {
            LOG.warn("what the copy costs the source could not be looked at: {}", e.getMessage());
            sessions.closeSource();
        }
    }

    private void ask(Throttle throttle) {
        String answer;
        try {
            answer = throttle.reasonToPause(sessions);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new MigrationException(null, "the copy's throttle failed: " + e.getMessage(), e);
        }
        if (answer == null ? reason != null : reason == null) {
            pace.pause(answer != null);
            observer.accept(answer);
        }
        reason = answer;
    }

    @Override
    public void close() {
        pace.pause(false);
        sessions.close();
    }
}
