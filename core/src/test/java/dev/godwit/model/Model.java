package dev.godwit.model;

import static dev.godwit.model.State.NONE;

import dev.godwit.model.State.Migrator;
import dev.godwit.model.State.Source;
import dev.godwit.model.State.Stream;
import dev.godwit.model.State.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What may happen next in a state: writers, the copy, the stream, confirmations, crashes, the cutover, in any order.
 *
 * @param bug what is done wrong
 * @param joins whether the second table joins while the stream runs, or else is copied with the first
 * @param transactions how many are written, {@link Script#LENGTH} at most
 * @param crashesAllowed how many crashes there may be, of the process alone or together with the target
 */
record Model(Bug bug, boolean joins, int transactions, int crashesAllowed) {

    /**
     * Something that may happen.
     *
     * @param what it is
     * @param to the state after it
     */
    record Step(String what, State to) {}

    private static final String JOINING = "joining";

    private List<String> copied() {
        return joins ? List.of("first") : List.of("first", "second");
    }

    List<Step> steps(State state) {
        List<Step> steps = new ArrayList<>();
        write(state, steps);
        if (state.visible().done()) {
            return steps;
        }
        if (!state.visible().equals(state.durable())) {
            steps.add(new Step("the target flushes its log", state.flushed()));
        }
        confirm(state, steps);
        if (!state.process().up()) {
            steps.add(new Step("a process resumes", resumed(state)));
            return steps;
        }
        if (state.crashes() < crashesAllowed) {
            steps.add(new Step("the process dies", state.crashed(false)));
            steps.add(new Step("the target crashes", state.crashed(true)));
        }
        copy(state, steps);
        stream(state, steps);
        if (joins) {
            join(state, steps);
        }
        cutOver(state, steps);
        return steps;
    }

    /** What must hold in every state. */
    void check(State state) {
        if (!state.visible().done()) {
            return;
        }
        Map<String, Integer> expected = Script.rowsAt(state.source().committed());
        Map<String, Integer> found = state.visible().rows();
        for (String table : inPlay()) {
            if (!Objects.equals(expected.get(table), found.get(table))) {
                throw new Violation("finished, and table " + table + " holds " + found.get(table) + ", on the source "
                        + expected.get(table));
            }
        }
    }

    private List<String> inPlay() {
        List<String> tables = new ArrayList<>(copied());
        if (joins) {
            tables.add(JOINING);
        }
        return tables;
    }

    private void write(State state, List<Step> steps) {
        Source source = state.source();
        if (source.writing()) {
            steps.add(new Step("a writer commits", state.with(source.committed(source.committed() + 1, false))));
        } else if (!source.closed() && source.committed() < transactions) {
            steps.add(new Step("a writer begins", state.with(source.committed(source.committed(), true))));
        }
    }

    private void confirm(State state, List<Step> steps) {
        Source source = state.source();
        Migrator process = state.process();
        if (process.stream().isOpen()) {
            int position = durablePosition(
                    process.stream(), state.visible().applied(), state.durable().applied());
            if (position > source.slot()) {
                steps.add(new Step("the source has " + position + " confirmed", state.with(source.slot(position))));
            }
        }
        if (process.aside().isOpen()) {
            int position = durablePosition(
                    process.aside(), state.visible().aside(), state.durable().aside());
            if (position > source.aside()) {
                steps.add(new Step(
                        "the source has " + position + " confirmed aside", state.with(source.aside(position))));
            }
        }
    }

    private int durablePosition(Stream stream, int visible, int durable) {
        return switch (bug) {
            case CONFIRMED_BEFORE_COMMIT -> stream.next();
            case CONFIRMED_BEFORE_FLUSH -> visible;
            default -> durable;
        };
    }

    /** A cutover that was under way is undone; a slot whose copy had not begun is made anew. */
    private static State resumed(State state) {
        Source source = state.source().closed(false);
        if (state.visible().applied() == NONE) {
            source = source.slot(NONE);
        }
        if (state.visible().aside() == NONE) {
            source = source.aside(NONE);
        }
        return state.with(source).with(Migrator.STARTED);
    }

    private void copy(State state, List<Step> steps) {
        Source source = state.source();
        Target target = state.visible();
        Migrator process = state.process();
        boolean complete = target.synced().keySet().containsAll(copied());
        if (complete && process.owed().isEmpty()) {
            return;
        }
        if (process.snapshot() == NONE) {
            int holds = bug == Bug.SNAPSHOT_BESIDE_SLOT ? NONE : source.committed();
            State with = state.with(process.snapshot(source.committed(), holds));
            steps.add(
                    source.slot() == NONE
                            ? new Step("the slot is made", with.with(source.slot(source.committed())))
                            : new Step("another snapshot is taken", with));
            return;
        }
        if (process.holds() == NONE) {
            steps.add(new Step(
                    "the snapshot is taken", state.with(process.snapshot(process.snapshot(), source.committed()))));
            return;
        }
        if (target.applied() == NONE) {
            steps.add(new Step("the consistent point is recorded", state.with(target.applied(process.snapshot()))));
            return;
        }
        for (String table : copied()) {
            copy(state, table, steps);
        }
    }

    private void copy(State state, String table, List<Step> steps) {
        Target target = state.visible();
        Migrator process = state.process();
        Target filled = target.rows(put(target.rows(), table, Script.rowAt(table, process.holds())));
        if (process.owed().equals(table)) {
            steps.add(
                    new Step("rows of " + table + " arrive", state.with(filled).with(process.owed(""))));
        } else if (!target.synced().containsKey(table)) {
            int point = bug == Bug.OLD_SYNC_POINT ? target.applied() : process.snapshot();
            Map<String, Integer> synced = put(target.synced(), table, point);
            if (bug == Bug.MARK_BEFORE_ROWS) {
                if (process.owed().isEmpty()) {
                    steps.add(new Step(
                            table + " is marked as copied",
                            state.with(target.synced(synced)).with(process.owed(table))));
                }
            } else {
                steps.add(new Step(table + " is copied", state.with(filled.synced(synced))));
            }
        }
    }

    private static Map<String, Integer> put(Map<String, Integer> map, String key, int value) {
        Map<String, Integer> copy = new TreeMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private void stream(State state, List<Step> steps) {
        Target target = state.visible();
        Migrator process = state.process();
        if (!process.stream().isOpen()) {
            if (target.synced().keySet().containsAll(copied()) && process.owed().isEmpty()) {
                for (Stream stream : opened(state.source().slot(), target.applied())) {
                    steps.add(new Step("the stream begins at " + stream.next(), state.with(process.stream(stream))));
                }
            }
            return;
        }
        Stream stream = process.stream();
        if (stream.next() < state.source().committed()) {
            steps.add(new Step("transaction " + stream.next() + " arrives", state.with(process.stream(next(stream)))));
        }
        if (!stream.isEmpty()) {
            Target changed = target.rows(applied(state, stream));
            steps.add(new Step(
                    "transactions up to " + stream.next() + " are applied",
                    state.with(bug == Bug.POSITION_APART ? changed : changed.applied(stream.next()))
                            .with(process.stream(new Stream(stream.next(), stream.next(), stream.before())))));
        } else if (bug == Bug.POSITION_APART && target.applied() < stream.next()) {
            steps.add(new Step("the position is stored", state.with(target.applied(stream.next()))));
        }
    }

    /** The server may begin at any position between what was confirmed and what is asked for. */
    private static List<Stream> opened(int confirmed, int stored) {
        if (confirmed > stored) {
            throw new Violation("the slot was confirmed up to " + confirmed + ", and " + stored + " is stored");
        }
        List<Stream> streams = new ArrayList<>();
        for (int start = confirmed; start <= stored; start++) {
            streams.add(new Stream(start, start, stored));
        }
        return streams;
    }

    private Stream next(Stream stream) {
        int transaction = stream.next();
        boolean skipped = switch (bug) {
            case APPLIED_POSITION_LEFT_OUT -> transaction <= stream.before();
            case NOTHING_SKIPPED -> false;
            default -> transaction < stream.before();
        };
        return new Stream(transaction + 1, skipped ? transaction + 1 : stream.collected(), stream.before());
    }

    private Map<String, Integer> applied(State state, Stream stream) {
        Map<String, Integer> rows = new TreeMap<>(state.visible().rows());
        for (int transaction = stream.collected(); transaction < stream.next(); transaction++) {
            for (String table : copied()) {
                if (counts(transaction, state.visible().synced().getOrDefault(table, NONE))) {
                    Script.apply(transaction, table, rows);
                }
            }
            int joined = state.visible().joined();
            if (joined != NONE && transaction >= state.source().published() && counts(transaction, joined)) {
                Script.apply(transaction, JOINING, rows);
            }
        }
        return rows;
    }

    private boolean counts(int transaction, int syncPoint) {
        return switch (bug) {
            case SYNC_POINT_LEFT_OUT -> transaction > syncPoint;
            case SYNC_POINT_IGNORED -> true;
            default -> transaction >= syncPoint;
        };
    }

    private void join(State state, List<Step> steps) {
        Source source = state.source();
        Target target = state.visible();
        Migrator process = state.process();
        if (target.joined() != NONE || !process.stream().isOpen()) {
            return;
        }
        boolean snapshotFirst = bug == Bug.PUBLISHED_AFTER_SNAPSHOT;
        if (source.published() == NONE && !source.writing() && (!snapshotFirst || source.aside() != NONE)) {
            steps.add(new Step("the table that joins is published", state.with(source.published(source.committed()))));
        }
        if (target.aside() == NONE) {
            if (source.aside() == NONE) {
                if (snapshotFirst || source.published() != NONE) {
                    steps.add(new Step("the second slot is made", state.with(source.aside(source.committed()))));
                }
            } else {
                int row = Script.rowAt(JOINING, source.aside());
                steps.add(new Step(
                        "the table that joins is copied",
                        state.with(target.rows(put(target.rows(), JOINING, row)).aside(source.aside()))));
            }
        } else {
            followAside(state, steps);
        }
    }

    private void followAside(State state, List<Step> steps) {
        Source source = state.source();
        Target target = state.visible();
        Migrator process = state.process();
        Stream aside = process.aside();
        if (!aside.isOpen()) {
            for (Stream stream : opened(source.aside(), target.aside())) {
                steps.add(new Step("the second stream begins at " + stream.next(), state.with(process.aside(stream))));
            }
            return;
        }
        if (aside.next() < source.committed()) {
            steps.add(
                    new Step("transaction " + aside.next() + " arrives aside", state.with(process.aside(next(aside)))));
        }
        if (!aside.isEmpty()) {
            Map<String, Integer> rows = new TreeMap<>(target.rows());
            for (int transaction = aside.collected(); transaction < aside.next(); transaction++) {
                if (source.published() != NONE && transaction >= source.published()) {
                    Script.apply(transaction, JOINING, rows);
                }
            }
            steps.add(new Step(
                    "transactions up to " + aside.next() + " are applied aside",
                    state.with(target.rows(rows).aside(aside.next()))
                            .with(process.aside(new Stream(aside.next(), aside.next(), aside.before())))));
        }
        handOver(state, steps);
    }

    /** Both stand; see the documentation of the class that does it. */
    private void handOver(State state, List<Step> steps) {
        Target target = state.visible();
        Migrator process = state.process();
        if (!process.stream().isEmpty()
                || !process.aside().isEmpty()
                || state.source().published() == NONE) {
            return;
        }
        if (bug != Bug.HANDED_OVER_EARLY && target.aside() < target.applied()) {
            return;
        }
        int point = bug == Bug.HANDED_OVER_AT_STREAM ? target.applied() : Math.max(target.applied(), target.aside());
        steps.add(new Step(
                "the stream takes the table over from " + point,
                state.with(target.joined(point))
                        .with(state.source().aside(NONE))
                        .with(process.stream(Stream.CLOSED).aside(Stream.CLOSED))));
    }

    private void cutOver(State state, List<Step> steps) {
        Source source = state.source();
        Target target = state.visible();
        Migrator process = state.process();
        if (!process.stream().isOpen() || (joins && target.joined() == NONE)) {
            return;
        }
        boolean endFirst = bug == Bug.END_BEFORE_FENCE;
        if (!source.closed()
                && (!source.writing() || bug == Bug.FENCE_DOES_NOT_WAIT)
                && (!endFirst || process.end() != NONE)) {
            steps.add(new Step("the fence is raised", state.with(source.closed(true))));
        }
        if (process.end() == NONE && (source.closed() || endFirst)) {
            steps.add(new Step("the end is read", state.with(process.end(source.committed()))));
        }
        if (source.closed() && process.end() != NONE) {
            boolean drained = bug == Bug.DONE_WITH_ROWS_WAITING
                    ? process.stream().next() >= process.end()
                    : process.stream().isEmpty() && target.applied() >= process.end();
            if (drained) {
                steps.add(new Step(
                        "the cutover is decided", state.with(target.decided()).flushed()));
            }
            steps.add(new Step(
                    "the cutover is undone", state.with(source.closed(false)).with(process.end(NONE))));
        }
    }
}
