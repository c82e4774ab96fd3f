package dev.godwit.internal.verify;

import dev.godwit.result.VerificationMode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares one part of a table: by its checksum, then by those of its buckets, then by its rows. Used by any thread. */
final class PartComparison {
    private final VerifySettings settings;
    private final Queries queries;
    private final ThrottleGate gate;

    PartComparison(VerifySettings settings, Queries queries, ThrottleGate gate) {
        this.settings = settings;
        this.queries = queries;
        this.gate = gate;
    }

    /** Compares it; gives the number of rows on the source. */
    long compare(Lane lane, Part part, TableResult result) throws SQLException, InterruptedException {
        if (settings.scope().mode() == VerificationMode.COUNTS) {
            return counts(lane, part, result);
        }
        return part.digits() == 0 ? whole(lane, part, result) : byBucket(lane, part, part.digits(), result);
    }

    private long counts(Lane lane, Part part, TableResult result) throws SQLException, InterruptedException {
        Lane.Both<Long> rows = lane.both(side -> {
            try (PreparedStatement statement = queries.count(lane, side, part);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
        result.addPart(rows.source(), rows.target(), part.bytes());
        result.addDiffering(Math.abs(rows.source() - rows.target()));
        return rows.source();
    }

    private long whole(Lane lane, Part part, TableResult result) throws SQLException, InterruptedException {
        Lane.Both<Checksum> sums = lane.both(side -> {
            try (PreparedStatement statement = queries.checksum(lane, side, part);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return Checksum.read(row, 1);
            }
        });
        if (!sums.source().equals(sums.target())) {
            int digits = TablePlan.digits(
                    Math.max(sums.source().rows(), sums.target().rows()));
            List<String> buckets = digits == 0 ? List.of() : differing(buckets(lane, part, digits, false));
            drilldown(lane, part, result).find(digits, buckets);
        }
        result.addPart(sums.source().rows(), sums.target().rows(), part.bytes());
        return sums.source().rows();
    }

    private long byBucket(Lane lane, Part part, int digits, TableResult result)
            throws SQLException, InterruptedException {
        Lane.Both<Map<String, Checksum>> sums = buckets(lane, part, digits, true);
        List<String> differing = differing(sums);
        if (!differing.isEmpty()) {
            drilldown(lane, part, result).find(digits, differing);
        }
        long rows = rows(sums.source());
        result.addPart(rows, rows(sums.target()), part.bytes());
        return rows;
    }

    private Drilldown drilldown(Lane lane, Part part, TableResult result) {
        return new Drilldown(queries, lane, part, result, settings.withValues());
    }

    /**
     * Sums up the buckets.
     *
     * @param inPieces whether the throttle is asked on the way, which makes several statements of it
     */
    private Lane.Both<Map<String, Checksum>> buckets(Lane lane, Part part, int digits, boolean inPieces)
            throws SQLException, InterruptedException {
        return lane.both(side -> {
            Map<String, Checksum> sums = new TreeMap<>();
            for (String piece : inPieces ? Pages.pieces(lane, side, part.table(), settings.chunkBytes()) : Pages.ALL) {
                gate.await();
                try (PreparedStatement statement = queries.buckets(lane, side, part, digits, piece);
                        ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        sums.merge(row.getString(1), Checksum.read(row, 2), Checksum::plus);
                    }
                }
            }
            return sums;
        });
    }

    private static List<String> differing(Lane.Both<Map<String, Checksum>> sums) {
        TreeSet<String> buckets = new TreeSet<>(sums.source().keySet());
        buckets.addAll(sums.target().keySet());
        List<String> differing = new ArrayList<>();
        for (String bucket : buckets) {
            Checksum there = sums.source().getOrDefault(bucket, Checksum.NONE);
            if (!there.equals(sums.target().getOrDefault(bucket, Checksum.NONE))) {
                differing.add(bucket);
            }
        }
        return differing;
    }

    private static long rows(Map<String, Checksum> sums) {
        return sums.values().stream().mapToLong(Checksum::rows).sum();
    }
}
