package dev.godwit.internal.cutover;

import dev.godwit.schema.Sequence;
import dev.godwit.schema.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries the sequences' values, which are in no stream. What was carried ahead of the write pause is not carried again
 * inside it, unless it was reset on the target in between: TRUNCATE … RESTART IDENTITY is in the stream. Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-sequence.html">PostgreSQL manual: setval</a>
 */
public final class SequenceSync {
    private static final int SEQUENCES_PER_QUERY = 200;

    /** Each is locked until the statement's transaction ends. */
    private static final int SET_AT_ONCE = 2000;

    private static final String BOUNDS = """
            SELECT s.schemaname, s.sequencename, s.increment_by, s.min_value, s.max_value
              FROM pg_catalog.pg_sequences s
            """;

    /** Leaves alone what stands there already; where one stands that was not called, or may not be read, is not asked for. */
    private static final String SET = """
            SELECT count(pg_catalog.setval(s.name, s.last, s.called))
              FROM unnest(?::regclass[], ?::bigint[], ?::boolean[]) AS s (name, last, called)
             WHERE NOT s.called
                OR CASE WHEN pg_catalog.has_sequence_privilege(s.name, 'SELECT, USAGE')
                        THEN pg_catalog.pg_sequence_last_value(s.name) END IS DISTINCT FROM s.last
            """;

    private final List<TableName> sequences;
    private final long margin;
    private final Map<TableName, Value> carried = new HashMap<>();
    private Map<TableName, Value> latest = Map.of();

    /** Read once, if there is a margin: who changes them changes the schema, which is watched. */
    @Nullable
    private Map<TableName, Bounds> bounds;

    /** The state of a sequence: {@code nextval} gives {@code last} if it was not called yet, else what follows it. */
    record Value(long last, boolean called) {}

    /** What a sequence's values keep to. */
    record Bounds(long increment, long min, long max) {

        /** Leaves out values, fewer where the bound is nearer, so that one is left if there is one. */
        Value ahead(Value value, long margin) {
            long bound = increment > 0 ? max : min;
            // As unsigned numbers, since the distance may be larger than a long.
            long distance = increment > 0 ? bound - value.last() : value.last() - bound;
            long step = Math.abs(increment);
            long left = Long.divideUnsigned(distance, step);
            long spared = value.called() ? left - 1 : left;
            if (left == 0 || spared == 0) {
                return value;
            }
            long values = Long.compareUnsigned(margin, spared) < 0 ? margin : spared;
            return new Value(value.last() + values * increment, value.called());
        }
    }

    /**
     * Prepares; nothing is read yet.
     *
     * @param margin how many values of each are left out
     */
    public SequenceSync(List<Sequence> sequences, long margin) {
        this.sequences = sequences.stream().map(Sequence::name).toList();
        this.margin = margin;
    }

    /** Gives the number of sequences. */
    public int count() {
        return sequences.size();
    }

    /** Reads where they stand, for {@link #carry} to set. */
    public void look(Connection source) throws SQLException {
        latest = read(source);
    }

    /**
     * Sets on the target what {@link #look} has found to differ from what was set before; at once, whatever becomes of the caller's
     * transaction, if there is one.
     */
    void carry(Connection source, Connection target) throws SQLException {
        Map<TableName, Value> moved = new LinkedHashMap<>(latest);
        moved.entrySet().removeIf(entry -> entry.getValue().equals(carried.get(entry.getKey())));
        set(source, target, moved);
        carried.putAll(latest);
    }

    /**
     * Sets again what has been reset on the target since it was set, for when everything is applied that resets it.
     *
     * @param target in auto-commit mode
     */
    void carryAgain(Connection source, Connection target) throws SQLException {
        set(source, target, carried);
    }

    private Map<TableName, Value> ahead(Map<TableName, Value> moved, Map<TableName, Bounds> all) {
        Map<TableName, Value> ahead = new LinkedHashMap<>();
        moved.forEach((name, value) -> {
            Bounds own = all.get(name);
            ahead.put(name, own == null ? value : own.ahead(value, margin));
        });
        return ahead;
    }

    private void set(Connection source, Connection target, Map<TableName, Value> values) throws SQLException {
        if (values.isEmpty()) {
            return;
        }
        List<Map.Entry<TableName, Value>> all =
                List.copyOf((margin == 0 ? values : ahead(values, bounds(source))).entrySet());
        for (int from = 0; from < all.size(); from += SET_AT_ONCE) {
            set(target, all.subList(from, Math.min(all.size(), from + SET_AT_ONCE)));
        }
    }

    private static void set(Connection target, List<Map.Entry<TableName, Value>> values) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(SET)) {
            statement.setArray(
                    1, array(target, "text", values, entry -> entry.getKey().quoted()));
            statement.setArray(
                    2, array(target, "bigint", values, entry -> entry.getValue().last()));
            statement.setArray(
                    3,
                    array(target, "boolean", values, entry -> entry.getValue().called()));
            statement.execute();
        }
    }

    private static Array array(
            Connection target,
            String type,
            List<Map.Entry<TableName, Value>> values,
            Function<Map.Entry<TableName, Value>, Object> element)
            throws SQLException {
        return target.createArrayOf(type, values.stream().map(element).toArray());
    }

    private Map<TableName, Bounds> bounds(Connection source) throws SQLException {
        Map<TableName, Bounds> known = bounds;
        if (known == null) {
            known = new HashMap<>();
            try (Statement statement = source.createStatement();
                    ResultSet rows = statement.executeQuery(BOUNDS)) {
                while (rows.next()) {
                    known.put(
                            new TableName(rows.getString(1), rows.getString(2)),
                            new Bounds(rows.getLong(3), rows.getLong(4), rows.getLong(5)));
                }
            }
            bounds = known;
        }
        return known;
    }

    private Map<TableName, Value> read(Connection source) throws SQLException {
        Map<TableName, Value> values = new LinkedHashMap<>();
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
