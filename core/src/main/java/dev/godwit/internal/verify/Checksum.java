package dev.godwit.internal.verify;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a part's rows come to, in any order: their number, and the sums of both halves of their hashes. A sum, unlike exclusive or, does
 * not let a pair of equal rows cancel out.
 */
record Checksum(long rows, BigDecimal high, BigDecimal low) {
    static final Checksum NONE = new Checksum(0, BigDecimal.ZERO, BigDecimal.ZERO);

    /** What a query selects for it from rows with a hash {@code godwit_h} of 32 hexadecimal digits. */
    static final String SELECTED = "count(*), coalesce(sum(('x' || left(godwit_h, 16))::bit(64)::bigint), 0),"
            + " coalesce(sum(('x' || right(godwit_h, 16))::bit(64)::bigint), 0)";

    Checksum plus(Checksum other) {
        return new Checksum(rows + other.rows, high.add(other.high), low.add(other.low));
    }

    static Checksum read(ResultSet row, int first) throws SQLException {
        return new Checksum(row.getLong(first), row.getBigDecimal(first + 1), row.getBigDecimal(first + 2));
    }
}
