package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.replication.apply.SubscriberOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link Subscriber} with its default options. */
final class GodwitContender implements Contender {

    /** Begins the names of the subscriber's threads. */
    static final String THREADS = "bench-godwit";

    private final AtomicInteger runs = new AtomicInteger();
    private final int appliers;

    GodwitContender(int appliers) {
        this.appliers = appliers;
    }

    @Override
    public String name() {
        return BenchOptions.GODWIT;
    }

    @Override
    public Running prepare(BenchDatabase database, Lsn slotPosition) throws SQLException {
        Map<RelationName, Lsn> syncPoints = new TreeMap<>();
        database.tables().forEach(table -> syncPoints.put(table, slotPosition));
        SubscriberOptions options = SubscriberOptions.builder()
                .source(database.source())
                .target(database.targetOf(name()))
                .slot(BenchDatabase.slot(name()))
                .publication(BenchDatabase.PUBLICATION)
                .syncPoints(syncPoints)
                .progress(progress(database, slotPosition))
                .name(THREADS)
                .appliers(appliers)
                .build();
        return new Applying(new Subscriber(options), new MarkerPoll(database, name()));
    }

    private ProgressTable progress(BenchDatabase database, Lsn slotPosition) throws SQLException {
        try (Connection session = database.targetOf(name()).open()) {
            ProgressTable.create(session);
            return ProgressTable.initialise(session, "bench" + runs.incrementAndGet(), slotPosition, 1);
        }
    }

    private record Applying(Subscriber subscriber, MarkerPoll poll) implements Running {

        @Override
        public void start() {
            subscriber.start();
        }

        @Override
        public void await(BenchDatabase.BacklogEnd end) throws Exception {
            poll.await(end.marker(), this::check);
        }

        private void check() {
            subscriber.status().failure().ifPresent(failure -> {
                throw new ReplicationException("Godwit failed: " + failure.getMessage(), failure);
            });
        }

        @Override
        public void close() throws SQLException {
            subscriber.close();
            poll.close();
        }
    }
}
