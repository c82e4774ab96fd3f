package dev.godwit.internal.verify;

import dev.godwit.result.RowDifference;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows in which a part of a table differs. Both sides send the hashes of the suspect rows in the same order, and they are merged
 * as they come, so memory holds a few thousand of them and the differences that are named. Used by one thread.
 */
final class Drilldown {
    private final Queries queries;
    private final Lane lane;
    private final Part part;
    private final TableResult result;
    private final boolean withValues;

    Drilldown(Queries queries, Lane lane, Part part, TableResult result, boolean withValues) {
        this.queries = queries;
        this.lane = lane;
        this.part = part;
        this.result = result;
        this.withValues = withValues;
    }

    /** A row that differs, before it is looked at. */
    private record Found(List<String> key, String hash, RowDifference.Kind kind, long rows) {}

    /**
     * Finds them.
     *
     * @param digits the length of a bucket's digits
     * @param buckets in which of them; empty for all
     */
    void find(int digits, List<String> buckets) throws SQLException, InterruptedException {
        List<Found> found = part.table().hasKey() ? byKey(digits, buckets) : byRow(digits, buckets);
        Map<String, RowDifference.Values> values = withValues && !part.table().hasKey() ? values(found) : Map.of();
        for (Found one : found) {
            result.addDifference(
                    part.table().hasKey() ? describe(one) : difference(one, Map.of(), values.get(one.hash())));
        }
    }

    /** The rows of one key: how often each hash is there. */
    private static final class Group {
        private final String hash;
        private final List<String> key;
        private final Map<String, Integer> rows = new TreeMap<>();

        Group(String hash, List<String> key) {
            this.hash = hash;
            this.key = key;
        }
    }

    /** Reads the rows of one key after the other. */
    private final class Groups {
        private final ResultSet rows;
        private boolean hasRow;

        Groups(ResultSet rows) throws SQLException {
            this.rows = rows;
            this.hasRow = rows.next();
        }

        @Nullable
        Group next() throws SQLException {
            if (!hasRow) {
                return null;
            }
            List<String> key = new ArrayList<>();
            for (int i = 0; i < part.table().key().size(); i++) {
                key.add(rows.getString(i + 3));
            }
            Group group = new Group(rows.getString(1), key);
            while (hasRow && rows.getString(1).equals(group.hash)) {
                group.rows.merge(rows.getString(2), 1, Integer::sum);
                hasRow = rows.next();
            }
            return group;
        }
    }

    private List<Found> byKey(int digits, List<String> buckets) throws SQLException, InterruptedException {
        List<Found> found = new ArrayList<>();
        Lane.Both<ResultSet> both = lane.both(side -> open(queries.keys(lane, side, part, digits, buckets)));
        try (ResultSet source = both.source();
                ResultSet target = both.target()) {
            Groups there = new Groups(source);
            Groups here = new Groups(target);
            Group left = there.next();
            Group right = here.next();
            while (left != null || right != null) {
                int order = left == null ? 1 : right == null ? -1 : left.hash.compareTo(right.hash);
                compare(order <= 0 ? left : null, order >= 0 ? right : null, found);
                left = order <= 0 ? there.next() : left;
                right = order >= 0 ? here.next() : right;
            }
        }
        return found;
    }

    /** Rows of a key beyond those that are equal are different ones, as far as both sides have some. */
    private void compare(@Nullable Group left, @Nullable Group right, List<Found> found) {
        Group either = left != null ? left : right;
        if (either == null) {
            return;
        }
        long onSource = surplus(left, right);
        long onTarget = surplus(right, left);
        long pairs = Math.min(onSource, onTarget);
        add(found, new Found(either.key, either.hash, RowDifference.Kind.DIFFERENT, pairs));
        add(found, new Found(either.key, either.hash, RowDifference.Kind.MISSING, onSource - pairs));
        add(found, new Found(either.key, either.hash, RowDifference.Kind.EXTRA, onTarget - pairs));
    }

    private static long surplus(@Nullable Group one, @Nullable Group other) {
        if (one == null) {
            return 0;
        }
        return one.rows.entrySet().stream()
                .mapToLong(row ->
                        Math.max(0, row.getValue() - (other == null ? 0 : other.rows.getOrDefault(row.getKey(), 0))))
                .sum();
    }

    private List<Found> byRow(int digits, List<String> buckets) throws SQLException, InterruptedException {
        List<Found> found = new ArrayList<>();
        Lane.Both<ResultSet> both = lane.both(side -> open(queries.copies(lane, side, part, digits, buckets)));
        try (ResultSet source = both.source();
                ResultSet target = both.target()) {
            boolean there = source.next();
            boolean here = target.next();
            while (there || here) {
                int order = !there ? 1 : !here ? -1 : source.getString(1).compareTo(target.getString(1));
                String hash = (order <= 0 ? source : target).getString(1);
                long rows = (order <= 0 ? source.getLong(2) : 0) - (order >= 0 ? target.getLong(2) : 0);
                RowDifference.Kind kind = rows > 0 ? RowDifference.Kind.MISSING : RowDifference.Kind.EXTRA;
                add(found, new Found(List.of(), hash, kind, Math.abs(rows)));
                there = order <= 0 ? source.next() : there;
                here = order >= 0 ? target.next() : here;
            }
        }
        return found;
    }

    private void add(List<Found> found, Found one) {
        if (one.rows() > 0) {
            result.addDiffering(one.rows());
            if (result.wantsMore(found.size())) {
                found.add(one);
            }
        }
    }

    private static ResultSet open(PreparedStatement statement) throws SQLException {
        try {
            statement.closeOnCompletion();
            return statement.executeQuery();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Looks at a row of a table with a key on both sides: which of its columns differ. */
    private RowDifference describe(Found one) throws SQLException, InterruptedException {
        Map<String, String> key = new LinkedHashMap<>();
        for (int i = 0; i < one.key().size(); i++) {
            key.put(part.table().key().get(i), one.key().get(i));
        }
        if (one.kind() != RowDifference.Kind.DIFFERENT && !withValues) {
            return difference(one, key, null);
        }
        Lane.Both<Optional<Row>> both = lane.both(side -> row(side, one.key()));
        RowDifference.Values values = withValues
                ? new RowDifference.Values(
                        both.source().map(Row::values).orElse(Map.of()),
                        both.target().map(Row::values).orElse(Map.of()))
                : null;
        List<String> columns = one.kind() == RowDifference.Kind.DIFFERENT
                        && both.source().isPresent()
                        && both.target().isPresent()
                ? differing(both.source().get(), both.target().get())
                : List.of();
        return new RowDifference(part.table().name(), key, one.hash(), one.kind(), one.rows(), columns, values);
    }

    private RowDifference difference(Found one, Map<String, String> key, RowDifference.@Nullable Values values) {
        return new RowDifference(part.table().name(), key, one.hash(), one.kind(), one.rows(), List.of(), values);
    }

    private List<String> differing(Row source, Row target) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < part.table().columns().size(); i++) {
            if (!source.hashes().get(i).equals(target.hashes().get(i))) {
                columns.add(part.table().columns().get(i));
            }
        }
        return columns;
    }

    /** A row as it is looked at. */
    private record Row(List<String> hashes, Map<String, @Nullable String> values) {}

    /** Empty also if there are several of the key. */
    private Optional<Row> row(Side side, List<String> key) throws SQLException {
        try (PreparedStatement statement = queries.row(lane, side, part.table(), key, withValues);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            List<String> hashes = new ArrayList<>();
            for (int i = 1; i <= part.table().columns().size(); i++) {
                hashes.add(row.getString(i));
            }
            Row read = new Row(hashes, withValues ? values(row, hashes.size() + 1) : Map.of());
            return row.next() ? Optional.empty() : Optional.of(read);
        }
    }

    private Map<String, @Nullable String> values(ResultSet row, int first) throws SQLException {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (int i = 0; i < part.table().columns().size(); i++) {
            values.put(part.table().columns().get(i), row.getString(first + i));
        }
        return values;
    }

    /** Fetches rows of a table without a key, by their hashes. */
    private Map<String, RowDifference.Values> values(List<Found> found) throws SQLException, InterruptedException {
        List<String> hashes = found.stream().map(Found::hash).toList();
        Lane.Both<Map<String, Map<String, @Nullable String>>> both = lane.both(side -> {
            Map<String, Map<String, @Nullable String>> rows = new TreeMap<>();
            try (PreparedStatement statement = queries.rows(lane, side, part.table(), hashes);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.put(row.getString(1), values(row, 2));
                }
            }
            return rows;
        });
        Map<String, RowDifference.Values> values = new TreeMap<>();
        for (String hash : hashes) {
            values.put(
                    hash,
                    new RowDifference.Values(
                            both.source().getOrDefault(hash, Map.of()),
                            both.target().getOrDefault(hash, Map.of())));
        }
        return values;
    }
}
