package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leaves out what some of several appliers have committed of a batch that the first one has not. */
final class Leftover {

    private final ApplierPositions.Ahead ahead;
    private final Map<Integer, TableRoute> routes = new HashMap<>();

    Leftover(ApplierPositions.Ahead ahead) {
        this.ahead = ahead;
    }

    /** Takes the shape of a table, under its name on the target. */
    void announce(PgOutputMessage.Relation relation) {
        if (!ahead.isEmpty()) {
            routes.put(relation.id(), ahead.routing().of(relation));
        }
    }

    /** Gives what is left to do of a change: all, nothing (null), or the part of one of two appliers. */
    @Nullable
    PgOutputMessage of(int relationId, PgOutputMessage change, Lsn commitLsn) {
        TableRoute route = routes.get(relationId);
        if (route == null) {
            return change;
        }
        int applier = route.of(change);
        if (applier != TableRoute.NONE) {
            return ahead.has(applier, commitLsn) ? null : change;
        }
        if (change instanceof PgOutputMessage.Update update) {
            boolean removed = ahead.has(route.ofRemoved(update), commitLsn);
            boolean added = ahead.has(route.ofAdded(update), commitLsn);
            if (removed && added) {
                return null;
            }
            if (removed) {
                return TableRoute.added(update);
            }
            return added ? TableRoute.removed(update) : change;
        }
        return change;
    }

    /** Tells whether a TRUNCATE of a table is done; only tables that go to one applier as a whole are truncated by several. */
    boolean hasTruncated(int relationId, Lsn commitLsn) {
        TableRoute route = routes.get(relationId);
        return route != null && !route.isSplit() && ahead.has(route.home(), commitLsn);
    }
}
