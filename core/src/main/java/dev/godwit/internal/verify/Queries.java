package dev.godwit.internal.verify;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements over a part of a table. All values are bound. Of each row they take {@code godwit_h}, its hash, and in a table with a key
 * {@code godwit_k}, the hash of that.
 */
final class Queries {
    private static final int ROWS_AT_A_TIME = 1_000;

    private final Digest digest;

    Queries(Digest digest) {
        this.digest = digest;
    }

    /** Counts the rows. */
    PreparedStatement count(Lane lane, Side side, Part part) throws SQLException {
        return prepare(lane, side, "SELECT count(*) FROM " + part.table().from().get(side) + part.condition(), part);
    }

    /** Sums up the rows: one row of a {@link Checksum}. */
    PreparedStatement checksum(Lane lane, Side side, Part part) throws SQLException {
        return prepare(
                lane,
                side,
                "SELECT " + Checksum.SELECTED + " FROM (SELECT " + rowHash(part) + " AS godwit_h FROM "
                        + part.table().from().get(side) + part.condition() + " OFFSET 0) AS hashes",
                part);
    }

    /**
     * Sums up the rows by bucket: rows of a bucket's digits and a {@link Checksum}.
     *
     * @param pages which of the rows, in SQL; empty for all
     */
    PreparedStatement buckets(Lane lane, Side side, Part part, int digits, String pages) throws SQLException {
        List<String> only = part.buckets();
        String bucket = "left(" + (part.table().hasKey() ? "godwit_k" : "godwit_h") + ", " + digits + ")";
        PreparedStatement statement = prepare(
                lane,
                side,
                "SELECT " + bucket + ", " + Checksum.SELECTED + " FROM " + hashes(side, part, pages)
                        + (only.isEmpty() ? "" : " WHERE " + bucket + " = ANY (?)") + " GROUP BY 1",
                part);
        bindBuckets(lane, side, statement, part, only);
        return statement;
    }

    /** Gives the rows of buckets, by the hash of their key in the order of bytes: that hash, the row's, and the key's columns as text. */
    PreparedStatement keys(Lane lane, Side side, Part part, int digits, List<String> only) throws SQLException {
        String filter = only.isEmpty() ? "" : " WHERE left(godwit_k, " + digits + ") = ANY (?)";
        String columns = part.table().key().stream()
                .map(name -> ", " + Sql.identifier(name) + "::text")
                .collect(Collectors.joining());
        PreparedStatement statement = prepare(
                lane,
                side,
                "SELECT godwit_k, godwit_h" + columns + " FROM " + hashes(side, part, "") + filter
                        + " ORDER BY godwit_k COLLATE \"C\", godwit_h COLLATE \"C\"",
                part);
        bindBuckets(lane, side, statement, part, only);
        statement.setFetchSize(ROWS_AT_A_TIME);
        return statement;
    }

    /** Gives how often each row of buckets is there, for a table without a key, in the order of bytes: its hash and the number. */
    PreparedStatement copies(Lane lane, Side side, Part part, int digits, List<String> only) throws SQLException {
        String filter = only.isEmpty() ? "" : " WHERE left(godwit_h, " + digits + ") = ANY (?)";
        PreparedStatement statement = prepare(
                lane,
                side,
                "SELECT godwit_h, count(*) FROM " + hashes(side, part, "") + filter
                        + " GROUP BY godwit_h ORDER BY godwit_h COLLATE \"C\"",
                part);
        bindBuckets(lane, side, statement, part, only);
        statement.setFetchSize(ROWS_AT_A_TIME);
        return statement;
    }

    /** Gives the hash of each column of the row of a key, then, if asked for, the values. */
    PreparedStatement row(Lane lane, Side side, Compared table, List<String> key, boolean withValues)
            throws SQLException {
        String hashes = table.columns().stream()
                .map(name -> digest.ofText(table.text(List.of(name))))
                .collect(Collectors.joining(", "));
        StringBuilder sql = new StringBuilder("SELECT " + hashes + (withValues ? values(table) : "") + " FROM "
                + table.from().get(side) + " WHERE ");
        for (int i = 0; i < key.size(); i++) {
            sql.append(i == 0 ? "" : " AND ")
                    .append(Sql.identifier(table.key().get(i)))
                    .append(' ')
                    .append(table.equality(side, table.key().get(i)).operator())
                    .append(" ?::")
                    .append(table.keyTypes().get(i));
        }
        PreparedStatement statement = lane.prepare(side, sql.toString());
        bind(statement, key);
        return statement;
    }

    /** Gives the hash and the values of rows of a table without a key. */
    PreparedStatement rows(Lane lane, Side side, Compared table, List<String> hashes) throws SQLException {
        PreparedStatement statement = lane.prepare(
                side,
                "SELECT DISTINCT ON (godwit_h) godwit_h" + values(table) + " FROM (SELECT *, "
                        + digest.ofText(table.text(table.columns())) + " AS godwit_h FROM "
                        + table.from().get(side) + " OFFSET 0) AS hashes WHERE godwit_h = ANY (?) ORDER BY godwit_h");
        statement.setArray(1, lane.connection(side).createArrayOf("text", hashes.toArray()));
        return statement;
    }

    private static String values(Compared table) {
        return table.columns().stream()
                .map(name -> ", " + Sql.identifier(name) + "::text")
                .collect(Collectors.joining());
    }

    private String hashes(Side side, Part part, String pages) {
        Compared table = part.table();
        String from = table.from().get(side) + part.condition() + pages;
        if (!table.hasKey()) {
            return "(SELECT " + rowHash(part) + " AS godwit_h FROM " + from + " OFFSET 0) AS hashes";
        }
        return "(SELECT " + digest.ofText(table.text(table.key())) + " AS godwit_k, " + rowHash(part) + " AS godwit_h, "
                + Sql.identifiers(table.key()) + " FROM " + from + " OFFSET 0) AS hashes";
    }

    private String rowHash(Part part) {
        return digest.ofText(part.table().text(part.table().columns()));
    }

    private static PreparedStatement prepare(Lane lane, Side side, String sql, Part part) throws SQLException {
        PreparedStatement statement = lane.prepare(side, sql);
        bind(statement, part.parameters());
        return statement;
    }

    private static void bind(PreparedStatement statement, List<String> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i), Types.OTHER);
        }
    }

    private static void bindBuckets(Lane lane, Side side, PreparedStatement statement, Part part, List<String> only)
            throws SQLException {
        if (!only.isEmpty()) {
            statement.setArray(
                    part.parameters().size() + 1, lane.connection(side).createArrayOf("text", only.toArray()));
        }
    }
}
