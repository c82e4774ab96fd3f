package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.TupleData;

/** The way of one table's changes among the appliers. */
final class TableRoute {

    /** The change concerns rows of two appliers, or does not tell its key. */
    static final int NONE = -1;

    private final int appliers;
    private final int home;
    private final int[] key;

    /**
     * Makes a way.
     *
     * @param appliers how many there are
     * @param home where all changes go that are not spread
     * @param key by which columns they are spread; none if they are not
     */
    TableRoute(int appliers, int home, int[] key) {
        this.appliers = appliers;
        this.home = home;
        this.key = key;
    }

    boolean isSplit() {
        return key.length > 0 && appliers > 1;
    }

    int home() {
        return home;
    }

    /** Gives the applier of a change, or {@link #NONE}. */
    int of(PgOutputMessage change) {
        if (!isSplit()) {
            return home;
        }
        if (change instanceof PgOutputMessage.Insert insert) {
            return of(insert.row());
        }
        if (change instanceof PgOutputMessage.Delete delete) {
            return of(delete.old());
        }
        if (change instanceof PgOutputMessage.Update update) {
            int after = of(update.row());
            TupleData before = before(update);
            return before == update.row() || of(before) == after ? after : NONE;
        }
        return NONE;
    }

    /** Gives the applier of the row before an update. */
    int ofRemoved(PgOutputMessage.Update update) {
        return of(before(update));
    }

    /** Gives the applier of the row after an update. */
    int ofAdded(PgOutputMessage.Update update) {
        return of(update.row());
    }

    /** Tells whether an update can be made by two appliers, one that deletes and one that inserts. */
    boolean canPart(PgOutputMessage.Update update) {
        TupleData row = added(update).row();
        for (int i = 0; i < row.columnCount(); i++) {
            if (row.isUnchanged(i)) {
                return false;
            }
        }
        return ofRemoved(update) != NONE && ofAdded(update) != NONE;
    }

    /** The row that leaves its applier. */
    static PgOutputMessage.Delete removed(PgOutputMessage.Update update) {
        return new PgOutputMessage.Delete(update.relationId(), before(update), update.oldRow() != null);
    }

    /** The row that comes to another applier, which must know all of it. */
    static PgOutputMessage.Insert added(PgOutputMessage.Update update) {
        TupleData row = update.oldRow() == null ? update.row() : update.row().completedBy(update.oldRow());
        return new PgOutputMessage.Insert(update.relationId(), row);
    }

    private static TupleData before(PgOutputMessage.Update update) {
        if (update.oldRow() != null) {
            return update.oldRow();
        }
        return update.oldKey() == null ? update.row() : update.oldKey();
    }

    private int of(TupleData row) {
        if (!RowKey.isComplete(row, key)) {
            return NONE;
        }
        return spread(new RowKey(row, key).hashCode(), appliers);
    }

    static int spread(int hash, int appliers) {
        int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return Math.floorMod(mixed ^ (mixed >>> 16), appliers);
    }
}
