package dev.godwit.internal.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.apply.SubscriberStatus;
import dev.godwit.status.ReplicationStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together where the source's log ends, as it was last looked at, and what of it is durable on the target, as of now. Used by
 * one thread at a time.
 */
final class ReplicationTracker {
    private final Clock clock;
    private final LagMonitor lag = new LagMonitor();
    private final Rates rates = new Rates();
    private @Nullable Supplier<SubscriberStatus> following;
    private @Nullable Lsn source;
    private @Nullable Instant measuredAt;
    private @Nullable Long retained;
    private Lsn settled = Lsn.ZERO;
    private boolean over;

    ReplicationTracker(Clock clock) {
        this.clock = clock;
    }

    /** Takes notice of who applies from now on; null if nobody does. */
    void follow(@Nullable Supplier<SubscriberStatus> subscriber) {
        position();
        following = subscriber;
    }

    /** Takes notice of a position up to which every commit is durable on the target. */
    void settledAt(Lsn position) {
        settled = Lsn.max(settled, position);
    }

    /** Tells whether it is known where the target stands. */
    boolean knowsTarget() {
        return position().isAfter(Lsn.ZERO);
    }

    /** Takes notice of where the source's log ends, and of what its clock shows. */
    void sourceAt(Lsn end, Instant time, long retainedBytes, long nanos, long changes) {
        measuredAt = clock.instant();
        retained = retainedBytes;
        source = source == null ? end : Lsn.max(source, end);
        lag.sample(source, time, nanos);
        Lsn position = position();
        if (position.isAfter(Lsn.ZERO)) {
            rates.sample(nanos, bytesBehind(source, position));
            rates.applied(position, changes);
        }
    }

    /** The target has taken over: there is nothing to follow any more. */
    void end() {
        over = true;
        following = null;
    }

    private Lsn position() {
        Supplier<SubscriberStatus> subscriber = following;
        if (subscriber != null) {
            settledAt(subscriber.get().settled());
        }
        return settled;
    }

    private static long bytesBehind(Lsn source, Lsn position) {
        return source.isAfter(position) ? source.bytesSince(position) : 0;
    }

    ReplicationStatus status(MigrationPhase phase, long nanos) {
        if (over) {
            return new ReplicationStatus(measuredAt, 0L, 0L, Duration.ZERO, null, null, 0L);
        }
        Lsn position = position();
        Lsn end = source;
        if (end == null || position.equals(Lsn.ZERO)) {
            return new ReplicationStatus(measuredAt, null, null, null, null, null, retained);
        }
        long bytes = bytesBehind(end, position);
        OptionalLong rate = rates.catchUp();
        Instant ready = null;
        if (phase == MigrationPhase.CATCH_UP && rate.isPresent() && rate.getAsLong() > 0) {
            ready = clock.instant().plusMillis((long) (bytes * 1000.0 / rate.getAsLong()));
        }
        return new ReplicationStatus(
                measuredAt,
                incoming(end, position, bytes),
                bytes,
                lag(position, bytes, nanos),
                rate.isPresent() ? rate.getAsLong() : null,
                ready,
                retained);
    }

    /** Counted as far as they have been received, estimated by their bytes beyond. */
    private long incoming(Lsn end, Lsn position, long bytes) {
        if (bytes == 0) {
            return 0;
        }
        Supplier<SubscriberStatus> subscriber = following;
        if (subscriber == null) {
            return Math.max(1, rates.changesIn(bytes));
        }
        SubscriberStatus now = subscriber.get();
        Lsn received = Lsn.max(now.collected(), position);
        return Math.max(1, now.pending() + rates.changesIn(bytesBehind(end, received)));
    }

    private @Nullable Duration lag(Lsn position, long bytes, long nanos) {
        if (bytes == 0) {
            return Duration.ZERO;
        }
        Optional<Duration> measured = lag.lag(position, nanos);
        if (measured.isPresent()) {
            return measured.get();
        }
        // An estimate, as long as the target stands before everything that was seen of the source.
        Supplier<SubscriberStatus> subscriber = following;
        Optional<Instant> commit =
                subscriber == null ? Optional.empty() : subscriber.get().lastCommitTime();
        return commit.flatMap(time -> lag.since(time, nanos)).orElse(null);
    }
}
