package dev.godwit.internal.verify;

import dev.godwit.result.SequenceDifference;
import dev.godwit.result.SequenceDifference.Kind;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Sequence;
import dev.godwit.schema.TableName;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds sequences that the target lacks, or that cannot stand there where the source's do; and once they are carried, those of which the
 * target's would give a value that the source's has given already. A position is no part of a snapshot: both are read as they are now, the
 * source's first. Of those that begin anew at their end no position is behind another.
 */
final class SequencePositions {
    private static final int SEQUENCES_PER_QUERY = 200;

    private SequencePositions() {}

    /**
     * Compares.
     *
     * @param carried whether the cutover has set the target's; else it is no difference that they are behind
     */
    static List<SequenceDifference> compare(Catalog source, Catalog target, Lane lane, boolean carried)
            throws SQLException {
        Map<TableName, Sequence.Options> there =
                target.sequences().stream().collect(Collectors.toMap(Sequence::name, Sequence::options));
        List<TableName> all = source.sequences().stream().map(Sequence::name).toList();
        List<TableName> both = all.stream().filter(there::containsKey).toList();
        Map<TableName, SequenceDifference.Position> onSource = read(lane.connection(Side.SOURCE), all);
        Map<TableName, SequenceDifference.Position> onTarget = read(lane.connection(Side.TARGET), both);
        List<SequenceDifference> differences = new ArrayList<>();
        for (Sequence sequence : source.sequences()) {
            SequenceDifference.Position left = onSource.get(sequence.name());
            SequenceDifference.Position right = onTarget.get(sequence.name());
            Sequence.Options limits = there.get(sequence.name());
            if (left == null) {
                continue;
            }
            if (right == null || limits == null) {
                differences.add(new SequenceDifference(sequence.name(), Kind.MISSING, left, null));
            } else if (left.lastValue() < limits.min() || left.lastValue() > limits.max()) {
                differences.add(new SequenceDifference(sequence.name(), Kind.OUT_OF_BOUNDS, left, right));
            } else if (carried && isBehind(right, left, sequence.options())) {
                differences.add(new SequenceDifference(sequence.name(), Kind.BEHIND, left, right));
            }
        }
        return differences;
    }

    private static boolean isBehind(
            SequenceDifference.Position target, SequenceDifference.Position source, Sequence.Options options) {
        int order = next(target, options).compareTo(next(source, options));
        return !options.cycle() && (options.increment() > 0 ? order < 0 : order > 0);
    }

    private static BigInteger next(SequenceDifference.Position position, Sequence.Options options) {
        BigInteger last = BigInteger.valueOf(position.lastValue());
        return position.isCalled() ? last.add(BigInteger.valueOf(options.increment())) : last;
    }

    private static Map<TableName, SequenceDifference.Position> read(Connection side, List<TableName> sequences)
            throws SQLException {
        Map<TableName, SequenceDifference.Position> positions = new HashMap<>();
        for (int from = 0; from < sequences.size(); from += SEQUENCES_PER_QUERY) {
            List<TableName> some = sequences.subList(from, Math.min(sequences.size(), from + SEQUENCES_PER_QUERY));
            try (Statement statement = side.createStatement();
                    ResultSet row = statement.executeQuery(IntStream.range(0, some.size())
                            .mapToObj(i -> "SELECT " + i + ", last_value, is_called FROM "
                                    + some.get(i).quoted())
                            .collect(Collectors.joining(" UNION ALL ")))) {
                while (row.next()) {
                    positions.put(
                            some.get(row.getInt(1)),
                            new SequenceDifference.Position(row.getLong(2), row.getBoolean(3)));
                }
            }
        }
        return positions;
    }
}
