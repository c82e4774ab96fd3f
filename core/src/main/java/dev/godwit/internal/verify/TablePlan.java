package dev.godwit.internal.verify;

import dev.godwit.result.VerificationMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Decides in which parts a table is compared. A small one is one part. A large one is divided by ranges of its key, if rows lie on disk
 * about in the order of a key that both servers order alike: else each range would read all of the table. Any other is read once from
 * one end to the other, on each side by itself, and its rows divided into buckets by the hash of their key. Either way costs no more than
 * reading the table, and the key's index, once.
 */
final class TablePlan {
    private static final int MOST_PARTS = 10_000;
    /** Rows that are looked at to find boundaries among keys, for each part. */
    private static final int SAMPLE_PER_PART = 200;
    /** How well rows lie in the order of the key, from 0 to 1. */
    private static final double IN_ORDER = 0.8;
    /** Rows of a bucket that differs are sent one by one. */
    static final int ROWS_PER_BUCKET = 2_000;

    private static final int MOST_DIGITS = 4;
    private static final int BYTES_PER_ROW = 100;

    private final VerifySettings settings;
    private final Random random;

    TablePlan(VerifySettings settings, Random random) {
        this.settings = settings;
        this.random = random;
    }

    List<Part> parts(Compared table, Lane lane) throws SQLException {
        int parts = (int) Math.min(MOST_PARTS, table.bytes() / settings.chunkBytes() + 1);
        if (settings.scope().mode() == VerificationMode.COUNTS || parts == 1) {
            return List.of(new Part(table, List.of(), List.of(), 0, List.of(), table.bytes()));
        }
        if (table.ordered() > 0
                && isInOrder(lane.connection(Side.SOURCE), table)
                && isInOrder(lane.connection(Side.TARGET), table)) {
            return sample(ranges(table, boundaries(lane.connection(Side.SOURCE), table, parts)));
        }
        long rows = table.rows() < 0 ? table.bytes() / BYTES_PER_ROW : table.rows();
        int digits = Math.max(1, digits(rows));
        double share = settings.scope().sample();
        List<String> some = share < 1 ? sample(allBuckets(digits)) : List.of();
        return List.of(new Part(table, List.of(), List.of(), digits, some, (long) (table.bytes() * share)));
    }

    /** Gives how many digits make the buckets of so many rows small; 0 if there is no need for buckets. */
    static int digits(long rows) {
        int digits = 0;
        for (long left = rows; left > ROWS_PER_BUCKET && digits < MOST_DIGITS; left /= 16) {
            digits++;
        }
        return digits;
    }

    private static List<String> allBuckets(int digits) {
        return IntStream.range(0, 1 << (4 * digits))
                .mapToObj(bucket -> {
                    String hex = Integer.toHexString(bucket);
                    return "0".repeat(digits - hex.length()) + hex;
                })
                .toList();
    }

    private <T> List<T> sample(List<T> all) {
        if (settings.scope().sample() >= 1) {
            return all;
        }
        List<T> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(
                0, (int) Math.max(1, Math.round(all.size() * settings.scope().sample())));
    }

    /** Tells it by the statistics; without any it is not known. */
    private static boolean isInOrder(Connection side, Compared table) throws SQLException {
        try (PreparedStatement query =
                side.prepareStatement("SELECT coalesce(max(abs(correlation)), 0) FROM pg_catalog.pg_stats"
                        + " WHERE schemaname = ? AND tablename = ? AND attname = ?")) {
            query.setString(1, table.name().schema());
            query.setString(2, table.name().name());
            query.setString(3, table.key().get(0));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getDouble(1) >= IN_ORDER;
            }
        }
    }

    /** Gives keys that part a sample of the source's rows evenly. */
    private static List<List<String>> boundaries(Connection source, Compared table, int parts) throws SQLException {
        List<String> columns = table.key().subList(0, table.ordered());
        String key = Sql.identifiers(columns);
        double share = 100.0 * SAMPLE_PER_PART * parts / Math.max(1, table.rows());
        String sampled = share < 100 ? " TABLESAMPLE SYSTEM (" + share + ") REPEATABLE (1)" : "";
        String texts =
                columns.stream().map(name -> Sql.identifier(name) + "::text").collect(Collectors.joining(", "));
        List<List<String>> boundaries = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT DISTINCT ON (godwit_part) " + texts + " FROM (SELECT "
                        + key
                        + ", ntile(" + parts + ") OVER (ORDER BY " + key + ") AS godwit_part FROM ONLY "
                        + table.name().quoted() + sampled + ") s WHERE godwit_part > 1 ORDER BY godwit_part, " + key)) {
            while (row.next()) {
                List<String> boundary = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    boundary.add(row.getString(i));
                }
                if (boundaries.isEmpty() || !boundary.equals(boundaries.get(boundaries.size() - 1))) {
                    boundaries.add(boundary);
                }
            }
        }
        return boundaries;
    }

    /** Together they hold every key there can be, whatever was sampled. */
    private static List<Part> ranges(Compared table, List<List<String>> boundaries) {
        List<Part> parts = new ArrayList<>();
        long bytes = table.bytes() / (boundaries.size() + 1);
        List<String> lower = List.of();
        for (List<String> boundary : boundaries) {
            parts.add(new Part(table, lower, boundary, 0, List.of(), bytes));
            lower = boundary;
        }
        parts.add(new Part(table, lower, List.of(), 0, List.of(), table.bytes() - bytes * boundaries.size()));
        return parts;
    }
}
