package dev.godwit.internal.verify;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides the reading of a whole table on one side into several statements by ranges of its pages, where the server reads such a range
 * alone. The sides need not do it alike, since what they sum up does not depend on it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ddl-system-columns.html">PostgreSQL manual: ctid</a>
 */
final class Pages {
    /** All pages in one statement. */
    static final List<String> ALL = List.of("");

    private static final int TID_RANGE_SCANS = 140_000;
    private static final int MOST_PIECES = 10_000;

    private Pages() {}

    /** Gives conditions on rows, in SQL, that together hold for each row once. */
    static List<String> pieces(Lane lane, Side side, Compared table, long bytes) throws SQLException {
        if (!table.isAlone(side) || Digest.version(lane.connection(side)) < TID_RANGE_SCANS) {
            return ALL;
        }
        long pages;
        long step;
        try (PreparedStatement query = lane.prepare(
                side,
                "SELECT coalesce(pg_relation_size(to_regclass(?)), 0) / s.size, greatest(1, ? / s.size)"
                        + " FROM (SELECT current_setting('block_size')::bigint AS size) s")) {
            query.setString(1, table.name().quoted());
            query.setLong(2, bytes);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                pages = row.getLong(1);
                step = Math.max(row.getLong(2), pages / MOST_PIECES);
            }
        }
        List<String> pieces = new ArrayList<>();
        long from = 0;
        for (; from + step < pages; from += step) {
            pieces.add(" WHERE ctid >= '(" + from + ",0)'::tid AND ctid < '(" + (from + step) + ",0)'::tid");
        }
        // The end is open, whatever the table has grown by.
        pieces.add(" WHERE ctid >= '(" + from + ",0)'::tid");
        return pieces;
    }
}
