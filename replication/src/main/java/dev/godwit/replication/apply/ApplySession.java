package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.stream.ChangeStream;
import dev.godwit.replication.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies one stream over one session of the target, until told to stop or something fails.
 *
 * <p>A target transaction holds whole source transactions and the position after them, and is committed when a limit is
 * reached or nothing more is waiting. Nothing is confirmed to the source before that commit has returned.
 */
final class ApplySession {

    private static final Logger LOG = LoggerFactory.getLogger(ApplySession.class);

    private static final Duration WAIT = Duration.ofMillis(50);
    /** How often the position of an idle source is stored, so that it need not keep its log. */
    private static final long IDLE_STORE_NANOS = Duration.ofSeconds(1).toNanos();

    private final SubscriberOptions options;
    private final ApplyControl control;
    private final Connection target;
    private final ChangeStream stream;
    private final ChangeApplier applier;
    /** Where conflicts are recorded, in a session that goes one by one. */
    private final @Nullable RecordingApplier recorder;

    private final Lsn appliedBefore;
    private final @Nullable Lsn oneByOneUntil;

    private final Map<Integer, Lsn> syncPoints = new HashMap<>();
    private OpenBatch batch = new OpenBatch();
    private boolean inTransaction;
    private boolean skipping;
    private Lsn commitLsn = Lsn.ZERO;
    private @Nullable Lsn positionToStore;
    private long storedNanos = System.nanoTime();
    private boolean done;

    ApplySession(SubscriberOptions options, ApplyControl control, SessionParts parts, @Nullable Lsn oneByOneUntil) {
        this.options = options;
        this.control = control;
        this.oneByOneUntil = oneByOneUntil;
        target = parts.target();
        stream = parts.stream();
        appliedBefore = parts.applied();
        ChangeApplier strict = new RowByRowApplier(target, oneByOneUntil != null);
        ExceptionTable exceptions = options.exceptions();
        recorder =
                oneByOneUntil == null || exceptions == null ? null : new RecordingApplier(strict, target, exceptions);
        applier = recorder == null ? strict : recorder;
    }

    /**
     * Runs until asked to stop, or until the transactions that had to go one by one are applied.
     *
     * @return true if asked to stop
     */
    boolean run() throws SQLException, InterruptedException {
        while (!control.isStopping() && !done) {
            boolean boundary = batch.isOpen() && !inTransaction;
            StreamEvent event = stream.poll(boundary ? Duration.ZERO : WAIT);
            if (event != null) {
                handle(event);
            } else if (boundary) {
                commit();
            }
            if (batch.isOpen() && !inTransaction && (oneByOneUntil != null || batch.isFull(options))) {
                commit();
            }
            storePosition(IDLE_STORE_NANOS);
        }
        if (!inTransaction) {
            if (batch.isOpen()) {
                commit();
            }
            storePosition(0);
        }
        return control.isStopping();
    }

    private void handle(StreamEvent event) throws SQLException, InterruptedException {
        if (event instanceof StreamEvent.Position position) {
            if (batch.isOpen()) {
                commit();
            }
            positionToStore = position.lsn();
            control.settled(position.lsn());
        } else if (event instanceof StreamEvent.Message message) {
            handle(message);
        }
    }

    private void handle(StreamEvent.Message event) throws SQLException, InterruptedException {
        PgOutputMessage message = event.message();
        if (message instanceof PgOutputMessage.Begin begin) {
            begin(begin);
        } else if (message instanceof PgOutputMessage.Commit commit) {
            end(commit);
        } else if (message instanceof PgOutputMessage.Relation relation) {
            define(relation);
        } else if (message instanceof PgOutputMessage.Insert insert) {
            if (change(insert.relationId(), event)) {
                batch.inserted();
            }
        } else if (message instanceof PgOutputMessage.Update update) {
            if (change(update.relationId(), event)) {
                batch.updated();
            }
        } else if (message instanceof PgOutputMessage.Delete delete) {
            if (change(delete.relationId(), event)) {
                batch.deleted();
            }
        } else if (message instanceof PgOutputMessage.Truncate truncate) {
            truncate(truncate, event.bytes());
        }
        // Origin, Type and LogicalMessage change no row: values come as text, whatever the name of their type.
    }

    private void begin(PgOutputMessage.Begin begin) throws SQLException, InterruptedException {
        commitLsn = begin.commitLsn();
        skipping = appliedBefore.isAfter(commitLsn);
        if (!skipping) {
            if (batch.isOpen() && control.isBoundaryBefore(commitLsn)) {
                commit();
            }
            if (!batch.isOpen()) {
                control.settled(commitLsn);
                control.awaitRelease(commitLsn);
            }
        }
        positionToStore = null;
        inTransaction = true;
    }

    private void end(PgOutputMessage.Commit commit) {
        inTransaction = false;
        if (!skipping) {
            if (batch.isOpen()) {
                batch.ended(commit.endLsn(), commit.commitTime());
            } else {
                positionToStore = commit.endLsn();
                control.settled(commit.endLsn());
            }
        }
        done = oneByOneUntil != null && commit.endLsn().isAfter(oneByOneUntil);
    }

    private void define(PgOutputMessage.Relation relation) throws SQLException {
        RelationName name = new RelationName(relation.schema(), relation.name());
        Lsn syncPoint = options.syncPoints().get(name);
        if (syncPoint == null) {
            throw new ReplicationException("the publication sends changes of table " + name
                    + ", which is not among the tables of this subscriber; take it out of the publication, or add it");
        }
        batch.open();
        applier.define(relation);
        syncPoints.put(relation.id(), syncPoint);
    }

    /** Tells whether a change to a table counts, in which case it needs the target transaction. */
    private boolean counts(int relationId) {
        Lsn syncPoint = syncPoints.get(relationId);
        if (syncPoint == null) {
            throw new ReplicationException("the source sent a change of table with id " + relationId
                    + " without its description, in the transaction that committed at " + commitLsn);
        }
        if (skipping) {
            return false;
        }
        control.verifyFence(commitLsn);
        return commitLsn.isAtOrAfter(syncPoint);
    }

    private boolean change(int relationId, StreamEvent.Message event) throws SQLException {
        if (!counts(relationId)) {
            return false;
        }
        batch.open();
        batch.changedAt(commitLsn, event.bytes());
        applier.apply(relationId, event.message(), commitLsn);
        if (recorder != null && recorder.hasConflicted()) {
            batch.conflicted();
            return false;
        }
        return true;
    }

    private void truncate(PgOutputMessage.Truncate truncate, int bytes) throws SQLException {
        List<Integer> counting =
                truncate.relationIds().stream().filter(this::counts).toList();
        if (!counting.isEmpty()) {
            batch.open();
            batch.changedAt(commitLsn, bytes);
            batch.truncated();
            applier.truncate(counting, truncate.restartIdentity());
        }
    }

    private void commit() throws SQLException {
        applier.flush();
        control.verifyFence(batch.lastChange());
        Lsn end = batch.end();
        if (end.isAfter(appliedBefore)) {
            options.progress().advance(target, end, batch.commitTime());
        }
        target.commit();
        OpenBatch committed = batch;
        batch = new OpenBatch();
        if (end.isAfter(appliedBefore)) {
            stored(end);
            control.committed(end, committed.lastChange(), committed.commitTime(), committed.counters());
            tellConflicts();
            tellListener(committed.counters());
        }
    }

    private void tellConflicts() {
        if (recorder == null) {
            return;
        }
        for (RecordedConflict conflict : recorder.committed()) {
            LOG.warn(
                    "{}: {} on table {} in the source transaction that committed at {}, key hash {}: not applied, but recorded"
                            + " in godwit.apply_exception",
                    options.name(),
                    conflict.kind(),
                    conflict.table(),
                    conflict.commitLsn(),
                    conflict.keyHash());
            try {
                options.listener().conflictRecorded(conflict);
            } catch (RuntimeException e) {
                LOG.warn("{}: a listener failed", options.name(), e);
            }
        }
    }

    private void tellListener(ApplyCounters counters) {
        try {
            options.listener().committed(counters);
        } catch (RuntimeException e) {
            LOG.warn("{}: a listener failed", options.name(), e);
        }
    }

    private void stored(Lsn position) {
        stream.confirm(position);
        positionToStore = null;
        storedNanos = System.nanoTime();
    }

    /** Stores, and only then confirms, a position that no change belongs to. */
    private void storePosition(long minimumNanos) throws SQLException {
        Lsn position = positionToStore;
        if (position == null || inTransaction || batch.isOpen() || System.nanoTime() - storedNanos < minimumNanos) {
            return;
        }
        if (position.isAfter(appliedBefore)) {
            options.progress().advance(target, position, null);
            target.commit();
            control.committed(position, Lsn.ZERO, null, ApplyCounters.NONE);
        }
        stored(position);
    }
}
