package dev.godwit.replication.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * One large transaction on a table of 8 columns with 3 indexes. It holds N rows before an insert, of N more, and 2N before an
 * update, of every second row, and a delete, of the older half. Its keys are always without gaps.
 */
final class RowsWorkloads {

    private static final int ROWS = 500_000;
    private static final String TABLE = "bench_rows";

    private RowsWorkloads() {}

    static Family family(BenchOptions options) {
        return new Family(
                "rows",
                List.of(
                        "CREATE TABLE " + TABLE
                                + " (id bigint PRIMARY KEY, customer int NOT NULL, amount numeric(12,2),"
                                + " note text, created timestamptz NOT NULL, token uuid, attributes jsonb, active boolean)",
                        insert("1", "" + options.scaled(ROWS)),
                        "CREATE INDEX ON " + TABLE + " (customer)",
                        "CREATE INDEX ON " + TABLE + " (created)"));
    }

    /** Depends on the key only, so that every database can make the same rows. */
    private static String insert(String from, String to) {
        return "INSERT INTO " + TABLE + " SELECT g, g * 7919 % 100003, g % 1000000 / 100.0,"
                + " CASE WHEN g % 10 > 0 THEN 'note ' || md5(g::text) END,"
                + " '2026-01-01 00:00+00'::timestamptz + g * interval '1 second', md5('token' || g)::uuid,"
                + " jsonb_build_object('kind', g % 7, 'tags', jsonb_build_array('a' || g % 100, 'b')), g % 3 = 0"
                + " FROM generate_series(" + from + "::bigint, " + to + "::bigint) g";
    }

    static Workload inserting(BenchOptions options, Family family) {
        int rows = options.scaled(ROWS);
        return new Workload("insert", family, database -> resize(database, rows), (database, session, share, round) -> {
            long last = edge(session, "max");
            execute(session, insert("" + (last + 1), "" + (last + part(rows, share))));
        });
    }

    static Workload updating(BenchOptions options, Family family) {
        int rows = options.scaled(ROWS);
        return new Workload(
                "update", family, database -> resize(database, 2L * rows), (database, session, share, round) -> {
                    long first = edge(session, "min");
                    execute(
                            session,
                            "UPDATE " + TABLE + " SET created = created + interval '1 day' WHERE id % 2 = 0 AND id < "
                                    + (first + 2 * part(rows, share)));
                });
    }

    static Workload deleting(BenchOptions options, Family family) {
        int rows = options.scaled(ROWS);
        return new Workload(
                "delete", family, database -> resize(database, 2L * rows), (database, session, share, round) -> {
                    long first = edge(session, "min");
                    execute(session, "DELETE FROM " + TABLE + " WHERE id < " + (first + part(rows, share)));
                });
    }

    private static long part(int rows, double share) {
        return Math.max(1, Math.round(rows * share));
    }

    private static void resize(Connection session, long rows) throws SQLException {
        execute(session, "DELETE FROM " + TABLE + " WHERE id <= " + (edge(session, "max") - rows));
        execute(session, insert("" + (edge(session, "max") + 1), "" + (edge(session, "min") + rows - 1)));
    }

    private static long edge(Connection session, String aggregate) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + aggregate + "(id) FROM " + TABLE)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
