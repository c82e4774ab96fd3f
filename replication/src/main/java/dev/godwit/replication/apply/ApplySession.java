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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Applies one stream over one session of the target, until told to stop or something fails.
 *
 * <p>A target transaction holds whole source transactions and the position after them, and is committed when a limit is
 * reached, or nothing more is waiting and the target has nothing to do. This session's thread collects; everything on the target
 * is done by the {@link Appliers}, in the order given. Nothing is confirmed to the source before that commit has returned.
 */
final class ApplySession implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(50);
    /** While the target works, more may be collected for its next transaction. */
    private static final Duration BUSY_WAIT = Duration.ofMillis(1);
    /** How often the position of an idle source is stored, so that it need not keep its log. */
    private static final long IDLE_STORE_NANOS = Duration.ofSeconds(1).toNanos();

    /** How long a stop in the midst of a transaction waits for the commit before it; less than {@link Subscriber#close} does. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(5);

    private final SubscriberOptions options;
    private final ApplyControl control;
    private final Connection target;
    private final ChangeStream stream;
    private final ApplyMode mode;
    private final @Nullable Lsn until;
    private final Appliers appliers;
    private final SplitTables split;
    private final Leftover leftover;
    private final CommitDurability durability;
    /** Where conflicts are recorded, in a session that goes one by one. */
    private final @Nullable ConflictRecorder recorder;

    private final Lsn appliedBefore;

    private final ShapeGuard guard;
    private final Map<Integer, Streamed> streamed = new HashMap<>();
    /** Descriptions whose tables have not had a change that counts. */
    private final Map<Integer, PgOutputMessage.Relation> announced = new HashMap<>();

    /** A table under its name on the target, and from where its changes count. */
    private record Streamed(RelationName name, Lsn syncPoint, PgOutputMessage.Relation relation) {}

    private OpenBatch batch = new OpenBatch();
    private boolean inTransaction;
    private boolean skipping;
    private Lsn commitLsn = Lsn.ZERO;
    private Lsn settled = Lsn.ZERO;
    private @Nullable Lsn positionToStore;
    private long storedNanos = System.nanoTime();
    private boolean quiet;
    private long quietSinceNanos;
    private long longestQuietNanos;
    private boolean done;

    ApplySession(SubscriberOptions options, ApplyControl control, SessionParts parts, ApplyPlan plan, SplitTables split)
            throws SQLException {
        this.options = options;
        this.control = control;
        mode = plan.mode();
        until = plan.until();
        this.split = split;
        target = parts.targets().first();
        stream = parts.stream();
        appliedBefore = parts.targets().applied();
        leftover = new Leftover(parts.targets().ahead());
        guard = ShapeGuard.of(options, target);
        ExceptionTable exceptions = options.exceptions();
        recorder = mode != ApplyMode.ONE_BY_ONE || exceptions == null ? null : new ConflictRecorder(target, exceptions);
        durability = new CommitDurability(options.synchronousCommit(), target, control, stream);
        appliers = new Appliers(options, parts.targets(), mode, recorder, guard.tables());
    }

    /**
     * Runs until asked to stop, or until the transactions that had to go another way are applied.
     *
     * @return true if asked to stop
     */
    boolean run() throws SQLException, InterruptedException {
        while (!control.isStopping() && !done) {
            boolean boundary = batch.isOpen() && !inTransaction;
            boolean idle = appliers.isIdle();
            StreamEvent event = stream.poll(boundary ? (idle ? Duration.ZERO : BUSY_WAIT) : WAIT);
            appliers.check();
            note(event == null && idle && !batch.isOpen() && !inTransaction);
            if (event != null) {
                handle(event);
            } else if (boundary && idle) {
                commit();
            }
            boolean enough = appliers.haveEnough();
            if (batch.isOpen()
                    && !inTransaction
                    && (mode == ApplyMode.ONE_BY_ONE || enough || batch.isFull(options.limits()))) {
                commit();
            } else if (enough) {
                appliers.send();
            }
            if (appliers.isIdle()) {
                // Not while the target does not answer: one would wait behind the other.
                storePosition(IDLE_STORE_NANOS);
            }
            if (!batch.isOpen() && !inTransaction && appliers.isIdle() && durability.needsFlush()) {
                durability.flush(options.progress());
            }
        }
        if (!inTransaction) {
            if (batch.isOpen()) {
                commit();
            }
            storePosition(0);
            appliers.awaitIdle();
            durability.flush(options.progress());
        } else {
            // Broken off half-way, it would leave the appliers apart.
            appliers.awaitCommitted(LAST_COMMIT);
        }
        return control.isStopping();
    }

    /** Gives for how long, at its longest, there was nothing to do. */
    Duration longestQuiet() {
        return Duration.ofNanos(longestQuietNanos);
    }

    private void note(boolean quietNow) {
        if (quietNow && quiet) {
            longestQuietNanos = Math.max(longestQuietNanos, System.nanoTime() - quietSinceNanos);
        } else if (quietNow) {
            quietSinceNanos = System.nanoTime();
        }
        quiet = quietNow;
    }

    private void handle(StreamEvent event) throws SQLException, InterruptedException {
        if (event instanceof StreamEvent.Position position) {
            if (batch.isOpen()) {
                commit();
            }
            positionToStore = position.lsn();
            settled(position.lsn());
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
            announce(relation);
        } else if (message instanceof PgOutputMessage.Insert insert) {
            if (change(insert.relationId(), event, ChangeTally.Kind.INSERT)) {
                batch.inserted();
            }
        } else if (message instanceof PgOutputMessage.Update update) {
            if (change(update.relationId(), event, ChangeTally.Kind.UPDATE)) {
                batch.updated();
            }
        } else if (message instanceof PgOutputMessage.Delete delete) {
            if (change(delete.relationId(), event, ChangeTally.Kind.DELETE)) {
                batch.deleted();
            }
        } else if (message instanceof PgOutputMessage.Truncate truncate) {
            truncate(truncate, event.bytes());
        }
        // Origin, Type and LogicalMessage change no row: values come as text, whatever the name of their type.
    }

    /** Tells that every commit before a position is durable, as soon as what was given to the writer is. */
    private void settled(Lsn position) throws SQLException {
        Lsn reached = Lsn.max(settled, position);
        settled = reached;
        if (appliers.isIdle()) {
            durability.settle(reached);
        } else {
            appliers.tell(() -> durability.settle(reached));
        }
    }

    private void begin(PgOutputMessage.Begin begin) throws SQLException, InterruptedException {
        commitLsn = begin.commitLsn();
        skipping = appliedBefore.isAfter(commitLsn);
        if (!skipping && control.isBoundaryBefore(commitLsn)) {
            if (batch.isOpen()) {
                commit();
            }
            appliers.awaitIdle();
            durability.flush(options.progress());
            durability.settle(commitLsn);
            control.awaitRelease(commitLsn);
        }
        positionToStore = null;
        inTransaction = true;
    }

    private void end(PgOutputMessage.Commit commit) throws SQLException, InterruptedException {
        inTransaction = false;
        if (!skipping) {
            if (batch.isOpen()) {
                control.collected(commit.endLsn(), batch.ended(commit.endLsn(), commit.commitTime()));
            } else {
                positionToStore = commit.endLsn();
                settled(commit.endLsn());
            }
        }
        done = until != null && commit.endLsn().isAfter(until);
    }

    private void announce(PgOutputMessage.Relation relation) {
        RelationName name = guard.targetName(relation);
        Lsn syncPoint = options.syncPoints().get(name);
        if (syncPoint == null) {
            throw new ReplicationException("the publication sends changes of table " + name
                    + ", which is not among the tables of this subscriber; take it out of the publication, or add it");
        }
        announced.put(relation.id(), relation);
        leftover.announce(new PgOutputMessage.Relation(
                relation.id(), name.schema(), name.name(), relation.replicaIdentity(), relation.columns()));
        streamed.put(relation.id(), new Streamed(name, syncPoint, relation));
    }

    /** Takes a table's shape before the first change that counts, since a change that does not need not fit. */
    private void define(int relationId) throws SQLException, InterruptedException {
        PgOutputMessage.Relation relation = announced.remove(relationId);
        if (relation == null) {
            return;
        }
        appliers.send();
        try {
            PgOutputMessage.Relation known = appliers.ask(() -> guard.check(relation, commitLsn));
            appliers.define(known, split, commitLsn);
        } catch (SchemaChangedException e) {
            // One by one, what comes before this transaction is applied and stays, however the target is changed then.
            throw mode == ApplyMode.ONE_BY_ONE ? e : new SuspectBatchException(commitLsn, e);
        }
    }

    /** Tells whether a change to a table counts, in which case it needs the target transaction; counts it then. */
    private boolean counts(int relationId, ChangeTally.Kind kind) {
        Streamed table = streamed.get(relationId);
        if (table == null) {
            throw new ReplicationException("the source sent a change of table with id " + relationId
                    + " without its description, in the transaction that committed at " + commitLsn);
        }
        if (skipping) {
            return false;
        }
        control.verifyFence(commitLsn);
        if (!commitLsn.isAtOrAfter(table.syncPoint())) {
            return false;
        }
        batch.open();
        batch.tally().add(table.name(), kind);
        return true;
    }

    private boolean change(int relationId, StreamEvent.Message event, ChangeTally.Kind kind)
            throws SQLException, InterruptedException {
        if (!counts(relationId, kind)) {
            return false;
        }
        Streamed table = Objects.requireNonNull(streamed.get(relationId));
        options.tracker().changed(table.name(), table.relation(), event.message());
        PgOutputMessage change = leftover.of(relationId, event.message(), commitLsn);
        if (change == null) {
            return false;
        }
        define(relationId);
        batch.changedAt(commitLsn, event.bytes());
        appliers.add(relationId, change, commitLsn, event.heapBytes());
        return true;
    }

    private void truncate(PgOutputMessage.Truncate truncate, int bytes) throws SQLException, InterruptedException {
        List<Integer> counting = truncate.relationIds().stream()
                .filter(id -> counts(id, ChangeTally.Kind.TRUNCATE) && !leftover.hasTruncated(id, commitLsn))
                .toList();
        if (!counting.isEmpty()) {
            for (int relationId : counting) {
                options.tracker()
                        .truncated(
                                Objects.requireNonNull(streamed.get(relationId)).name());
                define(relationId);
            }
            batch.changedAt(commitLsn, bytes);
            batch.truncated();
            appliers.truncate(counting, truncate.restartIdentity(), commitLsn);
        }
    }

    /** Ends the target transaction, after everything given to the writer before. */
    private void commit() throws SQLException, InterruptedException {
        OpenBatch finished = batch;
        batch = new OpenBatch();
        positionToStore = null;
        storedNanos = System.nanoTime();
        appliers.commit(finished.end(), () -> control.verifyFence(finished.lastChange()), () -> commit(finished));
    }

    private void commit(OpenBatch finished) throws SQLException {
        Lsn end = finished.end();
        if (recorder != null) {
            finished.tally().addAll(recorder.takeTally());
        }
        Map<RelationName, ChangeCounts> changes = finished.tally().counts();
        if (end.isAfter(appliedBefore)) {
            options.progress().advance(target, end, finished.commitTime(), changes);
        }
        durability.commit();
        if (end.isAfter(appliedBefore)) {
            ApplyCounters recorded = recorder == null ? ApplyCounters.NONE : recorder.takeCounts();
            ApplyCounters counters = finished.counters(recorded);
            // Who waits for the position finds what came before it counted.
            options.observer().recorded(recorder == null ? List.of() : recorder.takeConflicts());
            options.observer().counted(changes);
            control.committed(end, finished.lastChange(), finished.commitTime(), counters);
            durability.committed(end);
            options.observer().committed(counters);
        }
    }

    /** Stores, and only then confirms, a position that no change belongs to. */
    private void storePosition(long minimumNanos) throws SQLException, InterruptedException {
        Lsn position = positionToStore;
        if (position == null || inTransaction || batch.isOpen() || System.nanoTime() - storedNanos < minimumNanos) {
            return;
        }
        positionToStore = null;
        storedNanos = System.nanoTime();
        appliers.submit(() -> store(position));
    }

    private void store(Lsn position) throws SQLException {
        if (position.isAfter(appliedBefore)) {
            options.progress().advance(target, position, null);
            durability.commit();
            control.committed(position, Lsn.ZERO, null, ApplyCounters.NONE);
            durability.committed(position);
        }
    }

    /** Lets the statement at hand come to its end; what is not committed is left to be rolled back. */
    @Override
    public void close() {
        appliers.close();
    }
}
