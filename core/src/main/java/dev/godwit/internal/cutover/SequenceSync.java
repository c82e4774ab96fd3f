package dev.godwit.internal.cutover;

import dev.godwit.schema.Sequence;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Carries the sequences' values, which are in no stream. What was carried ahead of the write pause is not carried again
 * inside it. Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-sequence.html">PostgreSQL manual: setval</a>
 */
public final class SequenceSync {
    private static final int SEQUENCES_PER_QUERY = 200;

    private final List<TableName> sequences;
    private final Map<TableName, Value> carried = new HashMap<>();

    /** The state of a sequence: {@code nextval} gives {@code last} if it was not called yet, else what follows it. */
    private record Value(long last, boolean called) {}

    public SequenceSync(List<Sequence> sequences) {
        this.sequences = sequences.stream().map(Sequence::name).toList();
    }

    /** Gives the number of sequences. */
    public int count() {
        return sequences.size();
    }

    /**
     * Sets on the target what differs from what was set before, in the caller's transaction ({@code setval} itself is
     * never rolled back).
     *
     * @return the number of sequences that had moved
     */
    public int carry(Connection source, Connection target) throws SQLException {
        Map<TableName, Value> now = read(source);
        int moved = 0;
        try (PreparedStatement statement = target.prepareStatement("SELECT setval(?::regclass, ?, ?)")) {
            for (Map.Entry<TableName, Value> entry : now.entrySet()) {
                if (!entry.getValue().equals(carried.get(entry.getKey()))) {
                    statement.setString(1, entry.getKey().quoted());
                    statement.setLong(2, entry.getValue().last());
                    statement.setBoolean(3, entry.getValue().called());
                    statement.execute();
                    moved++;
                }
            }
        }
        carried.putAll(now);
        return moved;
    }

    /** Forgets what was carried: the target may have been written to by others since. */
    public void forget() {
        carried.clear();
    }

    private Map<TableName, Value> read(Connection source) throws SQLException {
        Map<TableName, Value> values = new HashMap<>();
        for (int from = 0; from < sequences.size(); from += SEQUENCES_PER_QUERY) {
            List<TableName> some = sequences.subList(from, Math.min(sequences.size(), from + SEQUENCES_PER_QUERY));
            try (Statement statement = source.createStatement();
                    ResultSet rows = statement.executeQuery(query(some))) {
                while (rows.next()) {
                    values.put(some.get(rows.getInt(1)), new Value(rows.getLong(2), rows.getBoolean(3)));
                }
            }
        }
        return values;
    }

    /** UNION ALL promises no order, so each branch carries its place in the list. */
    private static String query(List<TableName> some) {
        return IntStream.range(0, some.size())
                .mapToObj(i -> "SELECT " + i + ", last_value, is_called FROM "
                        + some.get(i).quoted())
                .collect(Collectors.joining(" UNION ALL "));
    }
}
