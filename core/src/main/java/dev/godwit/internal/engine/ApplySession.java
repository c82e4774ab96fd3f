package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SnapshotCopy;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.apply.ChangeCounts;
import dev.godwit.replication.apply.CounterTable;
import dev.godwit.replication.apply.ExceptionTable;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.replication.apply.RecordedConflict;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.replication.apply.SubscriberListener;
import dev.godwit.replication.apply.SubscriberOptions;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The subscriber of a run: started, stopped and started again, one at a time. Safe for use by any thread. */
final class ApplySession {
    /** What waits in an open target transaction is lag, and at the cutover a part of the write pause. */
    private static final Duration BATCH_DELAY = Duration.ofMillis(50);

    private final RunContext context;

    @Nullable
    private Subscriber subscriber;

    private int appliers;
    private Set<TableName> leftOut = Set.of();

    ApplySession(RunContext context) {
        this.context = context;
    }

    /** Starts to apply where the target stands; the target is made fit for that first. */
    synchronized Subscriber start() throws SQLException {
        context.tuning().check();
        adjustTarget();
        appliers = context.tuning().appliers();
        MigrationRecord record = context.state().record();
        Map<RelationName, Lsn> syncPoints = new HashMap<>();
        SnapshotCopy.syncPoints(context.state()).forEach((table, lsn) -> syncPoints.put(name(table), lsn));
        leftOut = TableJoin.leftOut(context).all();
        leftOut.forEach(table -> syncPoints.put(name(table), Lsn.MAX));
        Subscriber started = new Subscriber(options(
                context,
                new Stream(
                        "godwit-" + context.plan().name(),
                        record.slot(),
                        record.publication(),
                        syncPoints,
                        context.progress(),
                        appliers)));
        started.start();
        context.board().following(started::status);
        subscriber = started;
        return started;
    }

    private static RelationName name(TableName table) {
        return new RelationName(table.schema(), table.name());
    }

    /**
     * What is streamed.
     *
     * @param name of threads and sessions
     * @param slot the slot
     * @param publication the publication
     * @param syncPoints from where changes count, per table
     * @param progress where the applied position is kept
     * @param appliers how many apply it
     */
    record Stream(
            String name,
            String slot,
            String publication,
            Map<RelationName, Lsn> syncPoints,
            ProgressTable progress,
            int appliers) {}

    static SubscriberOptions options(RunContext context, Stream stream) {
        MigrationPlan.ApplySettings settings = context.plan().apply();
        SubscriberOptions.Builder options = SubscriberOptions.builder()
                .name(stream.name())
                .source(context.plan().source())
                .target(context.plan().target())
                .slot(stream.slot())
                .publication(stream.publication())
                .syncPoints(stream.syncPoints())
                .progress(stream.progress())
                .appliers(stream.appliers())
                .batchDelay(BATCH_DELAY)
                .batchRows(settings.batchRows())
                .batchBytes(settings.batchBytes())
                .memoryBytes(settings.memoryBytes())
                .decodingMemoryBytes(settings.decodingMemoryBytes())
                .giveUpAfter(settings.giveUpAfter())
                .tracker(context.tracker())
                .listener(new Listener(context, stream.progress().migration()))
                .relationShapes(RelationShapes.of(context.plan().name()));
        if (settings.recordConflicts()) {
            options.recordConflictsIn(ExceptionTable.of(context.plan().name()));
        }
        return options.build();
    }

    /** Turns what the applying thread tells, and no other, into events. */
    private static final class Listener implements SubscriberListener {
        private final RunContext context;
        private final String stream;
        private long lostSinceNanos;

        private Listener(RunContext context, String stream) {
            this.context = context;
            this.stream = stream;
        }

        @Override
        public void counting(Map<RelationName, ChangeCounts> stored) {
            context.board().counting(stream, stored);
        }

        @Override
        public void counted(Map<RelationName, ChangeCounts> added) {
            context.board().counted(stream, added);
        }

        @Override
        public void reconnecting(Exception failure, int attempt) {
            if (attempt == 1) {
                lostSinceNanos = System.nanoTime();
            }
            context.publish(new MigrationEvent.Reconnecting(
                    context.plan().name(), Instant.now(), String.valueOf(failure.getMessage()), attempt));
        }

        @Override
        public void reconnected() {
            context.publish(new MigrationEvent.Reconnected(
                    context.plan().name(), Instant.now(), Duration.ofNanos(System.nanoTime() - lostSinceNanos)));
        }

        @Override
        public void conflictRecorded(RecordedConflict conflict) {
            context.publish(new MigrationEvent.ConflictRecorded(
                    context.plan().name(),
                    Instant.now(),
                    conflict.table().toString(),
                    conflict.commitLsn().toString(),
                    conflict.kind().name(),
                    conflict.keyHash()));
        }
    }

    private void adjustTarget() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            if (context.plan().apply().recordConflicts()) {
                ExceptionTable.create(target);
            }
            RelationShapes.create(target);
            CounterTable.create(target);
            target.setAutoCommit(false);
            context.adjustments()
                    .adjust(target, context.plan().tables(), context.plan().source());
            target.commit();
        }
    }

    /** Gives the tables whose changes the subscriber that was started last does not apply. */
    synchronized Set<TableName> leftOut() {
        return leftOut;
    }

    /** Tells whether another number of appliers is wanted than is at work. */
    synchronized boolean isOutdated() {
        return subscriber != null && appliers != context.tuning().appliers();
    }

    /** Gives the subscriber that runs, or has failed. */
    synchronized Subscriber running() {
        if (subscriber == null) {
            throw new IllegalStateException("no changes are being applied yet");
        }
        return subscriber;
    }

    /** Gives the subscriber that runs, or has failed; null if none was started or the last one was stopped. */
    @Nullable
    synchronized Subscriber runningOrNull() {
        return subscriber;
    }

    /** Something that has to be done while one subscriber, and no other, stands where it was told to. */
    interface Undisturbed<T> {
        T run() throws SQLException, InterruptedException;
    }

    /** Does something during which nobody stops or replaces what applies changes; empty if that is another one, or none, by now. */
    synchronized <T> Optional<T> during(Subscriber expected, Undisturbed<T> action)
            throws SQLException, InterruptedException {
        if (subscriber != expected || expected.status().failure().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(action.run());
    }

    /** Stops at a commit boundary; without effect if nothing runs. */
    synchronized void stop() {
        Subscriber running = subscriber;
        subscriber = null;
        if (running != null) {
            running.close();
            context.board().following(null);
        }
    }
}
