package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.TupleData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sequence of changes of one table comes to: for each key at most one delete, update or insert.
 *
 * <p>Applied in the order deletes, moves, check of absent keys, updates, inserts it leaves the same rows as the changes one by
 * one. Each key is touched once, so the order within each of these does not matter, but for unique constraints beside the key: where
 * they do not let it through, the changes one by one, in the order of the source, decide.
 */
final class NetEffect {

    private final TableMapping mapping;
    /** By key; empty for a table without one, which takes inserts only. */
    private final Map<RowKey, Entry> entries = new HashMap<>();

    private final List<TupleData> keylessInserts = new ArrayList<>();
    /** Changes of keys that have to be made to the target's row, since not all of it is known. */
    private final List<PgOutputMessage.Update> moves = new ArrayList<>();

    private final Set<RowKey> moved = new HashSet<>();
    private final int[] key;

    NetEffect(TableMapping mapping) {
        this.mapping = mapping;
        key = mapping.locatedBy();
    }

    /** What has become of the row of a key. */
    private static final class Entry {

        /** Whether there was such a row before the first change. */
        private final boolean existed;

        /** The row as it is now, null if there is none. */
        private @Nullable TupleData row;

        /** Whether the row as it is now was inserted, and not just updated. */
        private boolean inserted;

        Entry(boolean existed, @Nullable TupleData row, boolean inserted) {
            this.existed = existed;
            this.row = row;
            this.inserted = inserted;
        }

        void remove() {
            row = null;
            inserted = false;
        }

        void insert(TupleData inserting) {
            row = inserting;
            inserted = true;
        }
    }

    /**
     * Adds a change.
     *
     * @return false, with nothing changed, if it has to come after what was added before, or be applied by itself
     * @throws ContradictionException if it does not fit what was added before
     */
    boolean add(PgOutputMessage change) throws ContradictionException {
        if (change instanceof PgOutputMessage.Insert insert) {
            return insert(insert.row());
        }
        if (key.length == 0) {
            return false;
        }
        if (change instanceof PgOutputMessage.Update update) {
            return update(update);
        }
        if (change instanceof PgOutputMessage.Delete delete) {
            return delete(delete.old());
        }
        return false;
    }

    private boolean insert(TupleData row) throws ContradictionException {
        if (!isWhole(row) || mapping.storedColumns().length == 0) {
            return false;
        }
        if (key.length == 0) {
            keylessInserts.add(row);
            return true;
        }
        if (!RowKey.isComplete(row, key)) {
            return false;
        }
        RowKey inserted = new RowKey(row, key);
        if (moved.contains(inserted)) {
            return false;
        }
        insert(inserted, row);
        return true;
    }

    private void insert(RowKey key, TupleData row) throws ContradictionException {
        Entry entry = entries.get(key);
        if (entry == null) {
            entries.put(key, new Entry(false, row, true));
        } else if (entry.row == null) {
            entry.insert(row);
        } else {
            throw new ContradictionException("an insert of a row that exists");
        }
    }

    private boolean delete(TupleData old) throws ContradictionException {
        if (!hasColumns(old) || !RowKey.isComplete(old, key)) {
            return false;
        }
        RowKey deleted = new RowKey(old, key);
        if (moved.contains(deleted)) {
            return false;
        }
        delete(deleted);
        return true;
    }

    private void delete(RowKey key) throws ContradictionException {
        Entry entry = entries.get(key);
        if (entry == null) {
            entries.put(key, new Entry(true, null, false));
        } else if (entry.row != null) {
            entry.remove();
        } else {
            throw new ContradictionException("a delete of a row that was deleted");
        }
    }

    private boolean update(PgOutputMessage.Update update) throws ContradictionException {
        TupleData old = update.oldRow() != null ? update.oldRow() : update.oldKey();
        TupleData row = update.row();
        if (!hasColumns(row) || !mapping.isUpdatable() || (old != null && !hasColumns(old))) {
            return false;
        }
        TupleData before = old == null ? row : old;
        if (!RowKey.isComplete(before, key) || !RowKey.isComplete(row, key)) {
            return false;
        }
        RowKey keyBefore = new RowKey(before, key);
        RowKey keyAfter = new RowKey(row, key);
        if (moved.contains(keyBefore) || moved.contains(keyAfter)) {
            return false;
        }
        if (keyAfter.equals(keyBefore)) {
            update(keyAfter, row);
            return true;
        }
        TupleData known = update.oldRow() == null ? row : row.completedBy(update.oldRow());
        return replace(keyBefore, keyAfter, known) || move(keyBefore, keyAfter, update);
    }

    private void update(RowKey key, TupleData row) throws ContradictionException {
        Entry entry = entries.get(key);
        if (entry == null) {
            entries.put(key, new Entry(true, row, false));
        } else if (entry.row != null) {
            entry.row = row.completedBy(entry.row);
        } else {
            throw new ContradictionException("an update of a row that was deleted");
        }
    }

    /** A change of the key is a delete and an insert, where the whole row is known and the target has no more to it. */
    private boolean replace(RowKey from, RowKey to, TupleData row) throws ContradictionException {
        Entry entry = entries.get(from);
        TupleData whole = entry != null && entry.row != null ? row.completedBy(entry.row) : row;
        if (!isWhole(whole) || mapping.hasColumnsOfItsOwn()) {
            return false;
        }
        delete(from);
        insert(to, whole);
        return true;
    }

    /** Otherwise the target's own row takes the new key, which is fine as long as nothing else concerns either key. */
    private boolean move(RowKey from, RowKey to, PgOutputMessage.Update update) {
        if (entries.containsKey(from) || entries.containsKey(to)) {
            return false;
        }
        moves.add(update);
        moved.add(from);
        moved.add(to);
        return true;
    }

    private boolean hasColumns(TupleData row) {
        return row.columnCount() == mapping.columnCount();
    }

    private boolean isWhole(TupleData row) {
        if (!hasColumns(row)) {
            return false;
        }
        for (int i = 0; i < row.columnCount(); i++) {
            if (row.isUnchanged(i)) {
                return false;
            }
        }
        return true;
    }

    /** Sorts what is to be done. */
    Plan plan() {
        Plan plan = new Plan(
                new ArrayList<>(), moves, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(keylessInserts));
        entries.forEach((key, entry) -> {
            if (entry.existed && (entry.row == null || entry.inserted)) {
                plan.deletes.add(key.row());
            }
            if (entry.row == null) {
                if (!entry.existed) {
                    plan.absent.add(key.row());
                }
            } else {
                (entry.inserted ? plan.inserts : plan.updates).add(entry.row);
            }
        });
        return plan;
    }

    /**
     * What is to be done, in this order.
     *
     * @param deletes rows that hold the keys to delete
     * @param moves changes of keys that nothing else here concerns
     * @param absent rows that hold keys which must not be there after that: inserted and deleted again in between
     * @param updates the rows as they shall be, as far as they are sent
     * @param inserts the whole rows
     */
    record Plan(
            List<TupleData> deletes,
            List<PgOutputMessage.Update> moves,
            List<TupleData> absent,
            List<TupleData> updates,
            List<TupleData> inserts) {}

    /** A change does not fit the changes before it. */
    static final class ContradictionException extends Exception {

        private static final long serialVersionUID = 1L;

        ContradictionException(String message) {
            super(message);
        }
    }
}
