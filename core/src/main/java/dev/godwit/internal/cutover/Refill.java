package dev.godwit.internal.cutover;

import dev.godwit.internal.copy.LargeObjectAccess;
import dev.godwit.internal.copy.LargeObjects;
import dev.godwit.internal.copy.TimeLimit;
import dev.godwit.internal.copy.UnloggedTables;
import dev.godwit.internal.state.RowStore;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What is in no stream, unlogged tables and large objects, is copied again. Used by one thread. */
final class Refill {
    /** Large objects are looked through twice or three times while writers wait. */
    private static final int LOOKS = 3;

    private final CutoverContext context;
    private final LargeObjects largeObjects;
    /** Of which tables only a part is wanted. */
    private final Map<TableName, TableRows> parts = new TreeMap<>();

    Refill(CutoverContext context) {
        this.context = context;
        this.largeObjects = new LargeObjects(
                context.plan().name(),
                LargeObjectAccess.of(context.plan().preparer().carried()),
                context.state().ownership());
    }

    /** Moves ahead of the write pause what large objects can be moved, and refuses if the pause would be too short for the rest. */
    void ahead(Connection source, Connection target) throws SQLException {
        new RowStore(context.plan().name()).read(target).forEach((table, part) -> parts.put(table, part.used()));
        Duration allowed = context.plan().cutover().maxWritePause().dividedBy(LOOKS);
        Duration took = Duration.ZERO;
        for (int look = 1; look == 1 || (look <= LOOKS && took.compareTo(allowed) > 0); look++) {
            long started = System.nanoTime();
            largeObjects.equalize(source, target, TimeLimit.none());
            took = Duration.ofNanos(System.nanoTime() - started);
        }
        if (took.compareTo(allowed) > 0) {
            throw new IllegalStateException("to compare the large objects and move what has changed takes " + took
                    + " now, and maxWritePause allows " + allowed
                    + " for it; raise maxWritePause, unlink objects that nobody needs, or wait for a calmer moment");
        }
    }

    /** Copies what was written until the fence was raised. */
    void behindFence(Connection source, Connection target, Duration remaining)
            throws SQLException, InterruptedException {
        new UnloggedTables(context.catalog(), parts).copy(source, target);
        largeObjects.equalize(source, target, TimeLimit.in(remaining));
    }

    /**
     * Looks at the large objects once more when the source is closed, since not every fence holds back who writes nothing but them, nor
     * who had just created one; goes on until nothing has changed any more.
     */
    void closed(Connection source, Connection target, Duration remaining) throws SQLException {
        TimeLimit limit = TimeLimit.in(remaining);
        LargeObjects.Pass pass = largeObjects.equalize(source, target, limit);
        for (int look = 1; !pass.isClean(); look++) {
            if (look == LOOKS) {
                throw new IllegalStateException(
                        "large objects are being written to on the source although it is closed ("
                                + pass.copied()
                                + " at the last look): before version 16 read-only transactions may do that;"
                                + " stop who does, or let a role cut over that may lock pg_largeobject");
            }
            pass = largeObjects.equalize(source, target, limit);
        }
    }
}
