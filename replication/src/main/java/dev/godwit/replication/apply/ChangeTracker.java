package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells those who want to know which rows a subscriber is about to change, also across several subscribers, one after the other. A
 * change that has to be applied again is told again.
 *
 * <p>Thread rule: any thread may call any method.
 */
public final class ChangeTracker {
    private final List<TouchedRows> watching = new CopyOnWriteArrayList<>();

    /** Makes a tracker that tells nobody yet. */
    public ChangeTracker() {}

    /**
     * Tells from now on. What is being applied at this moment is told or not; who has to know exactly holds the subscriber first, see
     * {@link Subscriber#pauseAt}.
     *
     * @param rows who wants to know
     */
    public void tell(TouchedRows rows) {
        watching.add(rows);
    }

    /**
     * Tells no longer.
     *
     * @param rows who wanted to know
     */
    public void tellNoMore(TouchedRows rows) {
        watching.remove(rows);
    }

    void changed(RelationName table, PgOutputMessage.Relation relation, PgOutputMessage change) {
        for (TouchedRows rows : watching) {
            rows.changed(table, relation, change);
        }
    }

    void truncated(RelationName table) {
        for (TouchedRows rows : watching) {
            rows.truncated(table);
        }
    }
}
