package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.ArrayList;
import java.util.List;

/** Changes of one table, in an order that leaves the same rows as the source's: net effects, and changes by themselves. */
final class TableChanges {

    /** One change, and the source transaction that made it. */
    record Single(PgOutputMessage change, Lsn commitLsn) {}

    /** What is applied as a whole, before the next. */
    sealed interface Segment {

        /** Many changes, as sets. */
        record Net(NetEffect effect) implements Segment {}

        /** Changes that go one after the other. */
        record Ordered(List<Single> changes) implements Segment {}
    }

    private final int relationId;
    private final TableMapping mapping;
    private final ApplyMode mode;
    private final List<Segment> segments = new ArrayList<>();

    TableChanges(int relationId, TableMapping mapping, ApplyMode mode) {
        this.relationId = relationId;
        this.mapping = mapping;
        this.mode = mode;
    }

    int relationId() {
        return relationId;
    }

    List<Segment> segments() {
        return segments;
    }

    void add(PgOutputMessage change, Lsn commitLsn) {
        if (mode == ApplyMode.SETS && addNet(change, commitLsn)) {
            return;
        }
        Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        if (last instanceof Segment.Ordered ordered) {
            ordered.changes().add(new Single(change, commitLsn));
        } else {
            List<Single> changes = new ArrayList<>();
            changes.add(new Single(change, commitLsn));
            segments.add(new Segment.Ordered(changes));
        }
    }

    private boolean addNet(PgOutputMessage change, Lsn commitLsn) {
        try {
            Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
            if (last instanceof Segment.Net net && net.effect().add(change)) {
                return true;
            }
            NetEffect fresh = new NetEffect(mapping);
            if (!fresh.add(change)) {
                return false;
            }
            segments.add(new Segment.Net(fresh));
            return true;
        } catch (NetEffect.ContradictionException e) {
            throw new SuspectBatchException(commitLsn, e);
        }
    }
}
