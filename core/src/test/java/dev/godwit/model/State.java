package dev.godwit.model;

import java.util.Map;

/**
 * Everything there is at one moment. Positions count transactions; {@link #NONE} stands for none.
 *
 * @param source the source
 * @param visible the target as sessions see it
 * @param durable the target as it would be after a crash of the server
 * @param process the process that migrates
 * @param crashes how often process or target have crashed
 */
record State(Source source, Target visible, Target durable, Migrator process, int crashes) {
    static final int NONE = -1;

    static State initial() {
        Target empty = new Target(Script.rowsAt(0), NONE, Map.of(), NONE, NONE, false);
        return new State(new Source(0, false, false, NONE, NONE, NONE), empty, empty, Migrator.STARTED, 0);
    }

    /**
     * The source.
     *
     * @param committed how many transactions have committed, which is where its log ends
     * @param writing whether the next one is open
     * @param closed whether none may begin
     * @param slot what the slot has had confirmed
     * @param aside what the second slot has had confirmed
     * @param published from where on the table that joins is in the publication
     */
    record Source(int committed, boolean writing, boolean closed, int slot, int aside, int published) {
        Source committed(int value, boolean open) {
            return new Source(value, open, closed, slot, aside, published);
        }

        Source closed(boolean value) {
            return new Source(committed, writing, value, slot, aside, published);
        }

        Source slot(int value) {
            return new Source(committed, writing, closed, value, aside, published);
        }

        Source aside(int value) {
            return new Source(committed, writing, closed, slot, value, published);
        }

        Source published(int value) {
            return new Source(committed, writing, closed, slot, aside, value);
        }
    }

    /**
     * The target.
     *
     * @param rows what each table holds
     * @param applied the stored position of the stream; none before the slot's consistent point is recorded
     * @param synced the tables that are copied, and from where their changes count
     * @param aside the stored position of the stream of the table that joins
     * @param joined from where the stream applies the table that joined; none while it leaves it out
     * @param done whether the cutover is decided
     */
    record Target(
            Map<String, Integer> rows, int applied, Map<String, Integer> synced, int aside, int joined, boolean done) {
        Target rows(Map<String, Integer> value) {
            return new Target(value, applied, synced, aside, joined, done);
        }

        Target applied(int value) {
            return new Target(rows, value, synced, aside, joined, done);
        }

        Target synced(Map<String, Integer> value) {
            return new Target(rows, applied, value, aside, joined, done);
        }

        Target aside(int value) {
            return new Target(rows, applied, synced, value, joined, done);
        }

        Target joined(int value) {
            return new Target(rows, applied, synced, NONE, value, done);
        }

        Target decided() {
            return new Target(rows, applied, synced, aside, joined, true);
        }
    }

    /**
     * A stream that is being read.
     *
     * @param next the transaction that comes next
     * @param collected the first one that has come and is not committed on the target
     * @param before the stored position when it began
     */
    record Stream(int next, int collected, int before) {
        static final Stream CLOSED = new Stream(NONE, NONE, NONE);

        boolean isOpen() {
            return next != NONE;
        }

        boolean isEmpty() {
            return next == collected;
        }
    }

    /**
     * What the process holds in memory.
     *
     * @param up whether it runs
     * @param snapshot the consistent point of its snapshot
     * @param holds how many transactions are in that snapshot
     * @param owed a table whose rows are still on their way, empty if there is none
     * @param stream the stream
     * @param aside the stream of the table that joins
     * @param end the end of the source's log that the cutover has read
     */
    record Migrator(boolean up, int snapshot, int holds, String owed, Stream stream, Stream aside, int end) {
        static final Migrator STARTED = new Migrator(true, NONE, NONE, "", Stream.CLOSED, Stream.CLOSED, NONE);
        static final Migrator DOWN = new Migrator(false, NONE, NONE, "", Stream.CLOSED, Stream.CLOSED, NONE);

        Migrator snapshot(int point, int value) {
            return new Migrator(up, point, value, owed, stream, aside, end);
        }

        Migrator owed(String value) {
            return new Migrator(up, snapshot, holds, value, stream, aside, end);
        }

        Migrator stream(Stream value) {
            return new Migrator(up, snapshot, holds, owed, value, aside, end);
        }

        Migrator aside(Stream value) {
            return new Migrator(up, snapshot, holds, owed, stream, value, end);
        }

        Migrator end(int value) {
            return new Migrator(up, snapshot, holds, owed, stream, aside, value);
        }
    }

    State with(Source value) {
        return new State(value, visible, durable, process, crashes);
    }

    /** The target after a commit, which is not durable yet. */
    State with(Target value) {
        return new State(source, value, durable, process, crashes);
    }

    State with(Migrator value) {
        return new State(source, visible, durable, value, crashes);
    }

    State flushed() {
        return new State(source, visible, visible, process, crashes);
    }

    State crashed(boolean target) {
        return new State(source, target ? durable : visible, durable, Migrator.DOWN, crashes + 1);
    }
}
