package dev.godwit.internal.verify;

import dev.godwit.result.SequenceDifference;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds sequences of which the target's would give a value that the source's has given already. A position is no part of a snapshot: both
 * are read as they are now, the source's first. Those that begin anew at their end are only looked for.
 */
final class SequencePositions {
    private static final int SEQUENCES_PER_QUERY = 200;

    private SequencePositions() {}

    static List<SequenceDifference> compare(Catalog source, Catalog target, Lane lane) throws SQLException {
        Set<TableName> there =
                target.sequences().stream().map(Sequence::name).collect(Collectors.toCollection(HashSet::new));
        List<TableName> all = source.sequences().stream().map(Sequence::name).toList();
        List<TableName> both = all.stream().filter(there::contains).toList();
        Map<TableName, SequenceDifference.Position> onSource = read(lane.connection(Side.SOURCE), all);
        Map<TableName, SequenceDifference.Position> onTarget = read(lane.connection(Side.TARGET), both);
        List<SequenceDifference> differences = new ArrayList<>();
        for (Sequence sequence : source.sequences()) {
            SequenceDifference.Position left = onSource.get(sequence.name());
            SequenceDifference.Position right = onTarget.get(sequence.name());
            if (left != null && (right == null || isBehind(right, left, sequence.options()))) {
                differences.add(new SequenceDifference(sequence.name(), left, right));
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
