package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * Empties a table and fills it, with one more than what was in it. Whoever empties it is alone with it until the end of the transaction,
 * so the number in it is that of the transactions that were committed.
 */
record TableRefill(int rows, boolean restart) implements WorkloadWrites {
    static TableRefill plan(SplittableRandom random) {
        return new TableRefill(1 + random.nextInt(20), random.nextBoolean());
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        WorkloadWrites.update(connection, "LOCK TABLE workload.refill IN ACCESS EXCLUSIVE MODE");
        long turn = 1 + turn(connection);
        WorkloadWrites.update(connection, "TRUNCATE workload.refill" + (restart ? " RESTART IDENTITY" : ""));
        WorkloadWrites.update(
                connection,
                "INSERT INTO workload.refill SELECT i, " + turn + ", " + rows + " FROM generate_series(1, " + rows
                        + ") i");
    }

    private static long turn(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(turn), 0) FROM workload.refill")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        expectation.refill();
    }
}
