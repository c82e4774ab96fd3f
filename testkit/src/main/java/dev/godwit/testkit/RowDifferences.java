package dev.godwit.testkit;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first rows of a table that differ: both sides are read in the order of the primary key, or of the hash without one, and
 * merged.
 */
final class RowDifferences {
    private static final int SHOWN = 5;

    private final ResultSet left;
    private final ResultSet right;
    private final List<String> found = new ArrayList<>();

    private RowDifferences(ResultSet left, ResultSet right) {
        this.left = left;
        this.right = right;
    }

    static String find(ComparedDatabase left, ComparedDatabase right, String table) throws SQLException {
        List<String> key = left.table(table).primaryKey();
        boolean keyed = !key.isEmpty() && key.equals(right.table(table).primaryKey());
        try (Statement one = left.connection().createStatement();
                Statement other = right.connection().createStatement()) {
            one.setFetchSize(5_000);
            other.setFetchSize(5_000);
            try (ResultSet ofLeft = one.executeQuery(query(left, right, table, keyed));
                    ResultSet ofRight = other.executeQuery(query(right, left, table, keyed))) {
                RowDifferences differences = new RowDifferences(ofLeft, ofRight);
                differences.merge();
                return (keyed ? "key " + key + ": " : "") + String.join("; ", differences.found);
            }
        }
    }

    private static String query(ComparedDatabase side, ComparedDatabase other, String name, boolean keyed) {
        ComparedTable table = side.table(name);
        String key = keyed ? table.encoded(table.primaryKey()) : side.hash(name, other);
        String shown = keyed ? table.shown(table.primaryKey()) : "'at ' || ctid::text";
        return "SELECT k, s, h FROM (SELECT " + key + " AS k, " + shown + " AS s, " + side.hash(name, other)
                + " AS h FROM ONLY " + table.sqlName() + " OFFSET 0) AS rows ORDER BY k COLLATE \"C\", h";
    }

    private void merge() throws SQLException {
        boolean leftMore = left.next();
        boolean rightMore = right.next();
        while ((leftMore || rightMore) && found.size() <= SHOWN) {
            int order = !leftMore ? 1 : !rightMore ? -1 : compareUtf8(left.getString(1), right.getString(1));
            if (order < 0) {
                report("(" + left.getString(2) + ") only in the source");
            } else if (order > 0) {
                report("(" + right.getString(2) + ") only in the target");
            } else if (!left.getString(3).equals(right.getString(3))) {
                report("(" + left.getString(2) + ") differs");
            }
            if (order <= 0) {
                leftMore = left.next();
            }
            if (order >= 0) {
                rightMore = right.next();
            }
        }
    }

    /** As the server sorts under COLLATE "C": by bytes, which for characters beyond 16 bits is not the order of String. */
    private static int compareUtf8(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private void report(String difference) {
        found.add(found.size() < SHOWN ? difference : "and more");
    }
}
