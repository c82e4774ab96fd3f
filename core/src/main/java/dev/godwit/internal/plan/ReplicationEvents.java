package dev.godwit.internal.plan;

import dev.godwit.event.MigrationEvent;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.apply.ApplyCounters;
import dev.godwit.replication.apply.SubscriberStatus;
import java.time.Duration;
import java.time.Instant;

/** Tells where a subscriber stands in the words of the listeners. */
public final class ReplicationEvents {

    private ReplicationEvents() {}

    /** Makes the event. */
    public static MigrationEvent progress(String migration, Lsn source, Duration lag, SubscriberStatus status) {
        ApplyCounters counters = status.counters();
        return new MigrationEvent.ReplicationProgress(
                migration,
                Instant.now(),
                source.toString(),
                status.settled().toString(),
                source.bytesSince(status.settled()),
                lag,
                counters.transactions(),
                counters.inserts(),
                counters.updates(),
                counters.deletes());
    }
}
