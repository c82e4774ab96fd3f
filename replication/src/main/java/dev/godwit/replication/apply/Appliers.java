package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the target over which changes are spread, and what they do together. All changes of a row go to the same one; a
 * batch is committed by all of them or, after a crash in the midst of it, the next session leaves out what is committed.
 *
 * <p>Used by the collecting thread alone.
 */
final class Appliers implements AutoCloseable {

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final FirstFailure failures = new FirstFailure();
    private final List<Applier> appliers = new ArrayList<>();
    private final Routing routing;
    private final @Nullable ApplierPositions positions;
    private final Map<Integer, TableRoute> routes = new HashMap<>();
    private @Nullable CommitRound lastRound;
    /** Whom the batch at hand has given something to do. */
    private boolean[] used;

    /**
     * Makes them.
     *
     * @param known all tables of the migration, under their names on the target
     */
    Appliers(
            SubscriberOptions options,
            TargetSessions sessions,
            ApplyMode mode,
            @Nullable ConflictRecorder recorder,
            Set<RelationName> known) {
        routing = sessions.routing();
        positions = ApplierPositions.of(options.progress());
        used = new boolean[routing.appliers()];
        long bytes = Math.max(1, options.limits().chunkBytes() / routing.appliers());
        for (Connection target : sessions.sessions()) {
            int number = appliers.size();
            String name = options.name() + "-target" + (number == 0 ? "" : "-" + number);
            appliers.add(new Applier(
                    number,
                    target,
                    new TargetTables(target, mode, recorder, known),
                    new TargetWriter(name, bytes, failures),
                    new ChangeCollector(mode, bytes)));
        }
    }

    private Applier first() {
        return appliers.get(0);
    }

    boolean isIdle() {
        return appliers.stream().allMatch(applier -> applier.writer().isIdle());
    }

    boolean haveEnough() {
        return appliers.stream().anyMatch(Applier::hasEnough);
    }

    /** Throws what has gone wrong first, if something has. */
    void check() throws SQLException {
        for (Applier applier : appliers) {
            applier.writer().check();
        }
    }

    void awaitIdle() throws SQLException, InterruptedException {
        for (Applier applier : appliers) {
            applier.writer().awaitIdle();
        }
    }

    /** Does something on the session of the first applier, when all before it is done. */
    <T> T ask(TargetWriter.Question<T> question) throws SQLException, InterruptedException {
        return first().writer().ask(question);
    }

    /** Lets the first applier do something, after everything it was given before. */
    void submit(TargetWriter.Task task) throws SQLException, InterruptedException {
        first().writer().submit(0, task);
    }

    /** Lets the first applier tell something, after everything it was given before; what is told last stands for the others. */
    void tell(TargetWriter.Task task) throws SQLException {
        first().writer().tell(task);
    }

    /** Takes the shape of a table, new or changed, under its name on the target. */
    void define(PgOutputMessage.Relation relation, SplitTables split, Lsn commitLsn)
            throws SQLException, InterruptedException {
        TableRoute route = routing.of(relation);
        routes.put(relation.id(), route);
        TableMapping home = define(appliers.get(route.home()), relation);
        List<String> key = routing.keys().get(home.name());
        if (key != null && !SplitTables.isFit(home, relation, key)) {
            split.exclude(home.name());
            throw notForSeveral(commitLsn, "the changes of table " + home.name() + " do not always tell its key");
        }
        if (route.isSplit()) {
            for (Applier applier : appliers) {
                if (applier.number() != route.home()) {
                    define(applier, relation);
                }
            }
        }
    }

    private TableMapping define(Applier applier, PgOutputMessage.Relation relation)
            throws SQLException, InterruptedException {
        used[applier.number()] = true;
        TableMapping mapping = applier.writer().ask(() -> applier.tables().define(relation));
        applier.collector().define(relation.id(), mapping);
        return mapping;
    }

    /** Collects a change for whom it concerns. */
    void add(int relationId, PgOutputMessage change, Lsn commitLsn, long heapBytes) {
        TableRoute route = route(relationId);
        int number = route.of(change);
        if (number != TableRoute.NONE) {
            collect(number, relationId, change, commitLsn, heapBytes);
        } else if (change instanceof PgOutputMessage.Update update && route.canPart(update)) {
            collect(route.ofRemoved(update), relationId, TableRoute.removed(update), commitLsn, heapBytes);
            collect(route.ofAdded(update), relationId, TableRoute.added(update), commitLsn, heapBytes);
        } else {
            throw notForSeveral(commitLsn, "a row that is not wholly known moves from one applier to another");
        }
    }

    private void collect(int number, int relationId, PgOutputMessage change, Lsn commitLsn, long heapBytes) {
        appliers.get(number).collector().add(relationId, change, commitLsn, heapBytes);
    }

    private TableRoute route(int relationId) {
        TableRoute route = routes.get(relationId);
        if (route == null) {
            throw new IllegalStateException("table " + relationId + " was not defined");
        }
        return route;
    }

    /** Empties tables of one applier, after what was collected before. */
    void truncate(List<Integer> relationIds, boolean restartIdentity, Lsn commitLsn)
            throws SQLException, InterruptedException {
        int home = route(relationIds.get(0)).home();
        if (relationIds.stream().anyMatch(id -> route(id).isSplit() || route(id).home() != home)) {
            throw notForSeveral(commitLsn, "tables of several appliers are truncated");
        }
        send();
        used[home] = true;
        Applier applier = appliers.get(home);
        applier.writer()
                .submit(0, () -> work(() -> applier.tables().truncate(relationIds, restartIdentity), commitLsn));
    }

    private static SuspectBatchException notForSeveral(Lsn commitLsn, String why) {
        return new SuspectBatchException(commitLsn, new SQLException(why));
    }

    /** Gives what was collected to be applied. */
    void send() throws SQLException, InterruptedException {
        for (Applier applier : appliers) {
            used[applier.number()] |=
                    applier.send((tables, chunk) -> work(() -> tables.apply(chunk), chunk.lastCommitLsn()));
        }
    }

    /**
     * Appliers that wait for one another, by a trigger of the target's say, would do so for ever. One alone waits as long as it takes,
     * since it may be somebody else's lock.
     */
    private void work(TargetWriter.Task task, Lsn lastCommitLsn) throws SQLException {
        try {
            task.run();
        } catch (SQLException e) {
            if (appliers.size() > 1 && LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new SuspectBatchException(lastCommitLsn, e);
            }
            throw e;
        }
    }

    /**
     * Ends the batch at hand, after everything given before.
     *
     * @param end the position after it
     * @param check what must hold before anybody commits
     * @param commit stores the position and commits the first applier's part, after all others
     */
    void commit(Lsn end, TargetWriter.Task check, TargetWriter.Task commit) throws SQLException, InterruptedException {
        send();
        boolean[] involved = used;
        used = new boolean[appliers.size()];
        CommitRound round = new CommitRound(failures, appliers.size());
        lastRound = round;
        for (Applier applier : appliers.subList(1, appliers.size())) {
            boolean part = involved[applier.number()];
            applier.writer().submit(0, () -> {
                round.workDone();
                if (part) {
                    commit(applier, end);
                }
                round.committed();
            });
        }
        submit(() -> {
            check.run();
            round.workDone();
            round.awaitOthers();
            commit.run();
            round.completed();
        });
    }

    /** Waits until the batch that was ended last is committed by all, for at most this long; what was given since is not waited for. */
    void awaitCommitted(Duration limit) throws InterruptedException {
        CommitRound round = lastRound;
        if (round != null) {
            round.awaitCompleted(limit);
        }
    }

    private void commit(Applier applier, Lsn end) throws SQLException {
        if (positions == null) {
            throw new IllegalStateException("several appliers need a place for their positions");
        }
        positions.advance(applier.target(), applier.number(), end);
        applier.target().commit();
    }

    /** Lets the statements at hand come to their end; what is not committed is left to be rolled back. */
    @Override
    public void close() {
        failures.record(new SQLException("the session is closed", "08003"));
        for (Applier applier : appliers) {
            applier.writer().close();
        }
    }
}
