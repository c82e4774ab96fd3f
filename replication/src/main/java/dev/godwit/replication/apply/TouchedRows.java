package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.PgOutputMessage.Relation;
import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of rows that changes have touched since some moment, old and new ones, in bounded memory: beyond the bound, and where a
 * change tells no key, it is only remembered why the rows are not known.
 *
 * <p>Holds values of rows, which its text form does not show. Thread rule: any thread may call any method.
 */
public final class TouchedRows {
    /** What the keys' text may take together. */
    private static final long MOST_CHARACTERS = 64 << 20;

    private final Map<RelationName, List<String>> keys;
    private final int mostRows;
    private final Map<RelationName, Set<List<String>>> rows = new HashMap<>();
    private int count;
    private long characters;

    @Nullable
    private String unknown;

    /**
     * Begins with nothing.
     *
     * @param keys the columns of each table by which its rows are found, in key order; of other tables no rows can be told
     * @param mostRows how many keys are kept, of all tables together
     */
    public TouchedRows(Map<RelationName, List<String>> keys, int mostRows) {
        this.keys = Map.copyOf(keys);
        this.mostRows = mostRows;
    }

    /**
     * Gives the columns by which rows are found.
     *
     * @return by table, in key order; empty for a table without
     */
    public Map<RelationName, List<String>> keys() {
        return keys;
    }

    /**
     * Gives the rows' keys.
     *
     * @return by table, the text of the key's columns in key order; complete only if {@link #whyUnknown} is empty
     */
    public synchronized Map<RelationName, List<List<String>>> rows() {
        Map<RelationName, List<List<String>>> copy = new HashMap<>();
        rows.forEach((table, touched) -> copy.put(table, List.copyOf(touched)));
        return copy;
    }

    /**
     * Counts the keys.
     *
     * @return the number of keys kept
     */
    public synchronized int count() {
        return count;
    }

    /**
     * Tells why it is not known which rows were touched.
     *
     * @return half a sentence without values; empty if the rows are known
     */
    public synchronized Optional<String> whyUnknown() {
        return Optional.ofNullable(unknown);
    }

    synchronized void changed(RelationName table, Relation relation, PgOutputMessage change) {
        if (unknown != null) {
            return;
        }
        int[] key = positions(relation, keys.get(table));
        if (key.length == 0) {
            forget("table " + table + " was changed, and has no key by which its rows are found");
        } else if (change instanceof PgOutputMessage.Insert insert) {
            add(table, key, insert.row(), null);
        } else if (change instanceof PgOutputMessage.Delete delete) {
            add(table, key, delete.old(), null);
        } else if (change instanceof PgOutputMessage.Update update) {
            @Nullable TupleData old = update.oldRow() == null ? update.oldKey() : update.oldRow();
            if (old != null) {
                add(table, key, old, null);
            }
            add(table, key, update.row(), old);
        }
    }

    synchronized void truncated(RelationName table) {
        if (unknown == null) {
            forget("table " + table + " was truncated");
        }
    }

    private static int[] positions(Relation relation, @Nullable List<String> key) {
        List<Integer> found = new ArrayList<>();
        for (String column : key == null ? List.<String>of() : key) {
            for (int i = 0; i < relation.columns().size(); i++) {
                if (relation.columns().get(i).name().equals(column)) {
                    found.add(i);
                }
            }
        }
        return key == null || found.size() != key.size()
                ? new int[0]
                : found.stream().mapToInt(i -> i).toArray();
    }

    /** A value that was not sent because it has not changed is that of the old row. */
    private void add(RelationName table, int[] key, TupleData row, @Nullable TupleData old) {
        List<String> values = new ArrayList<>(key.length);
        int length = 0;
        for (int column : key) {
            @Nullable String value = text(row, column);
            if (value == null && old != null && row.isUnchanged(column)) {
                value = text(old, column);
            }
            if (value == null) {
                forget("a change of table " + table + " does not tell its key");
                return;
            }
            values.add(value);
            length += value.length();
        }
        if (rows.computeIfAbsent(table, name -> new HashSet<>()).add(List.copyOf(values))) {
            count++;
            characters += length;
            if (count > mostRows || characters > MOST_CHARACTERS) {
                forget("more than " + (count > mostRows ? mostRows + " rows" : MOST_CHARACTERS + " characters of keys")
                        + " were changed");
            }
        }
    }

    private static @Nullable String text(TupleData row, int column) {
        try {
            return row.isText(column) ? row.text(column) : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void forget(String why) {
        unknown = why;
        rows.clear();
        count = 0;
        characters = 0;
    }

    /** Tells how many there are, and nothing of what is in them. */
    @Override
    public synchronized String toString() {
        return unknown == null ? count + " touched rows" : "unknown rows: " + unknown;
    }
}
