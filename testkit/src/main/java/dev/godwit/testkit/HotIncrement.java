package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Adds to a counter that others add to as well. */
record HotIncrement(int counter, int increment) implements WorkloadWrites {
    static HotIncrement plan(SplittableRandom random) {
        return new HotIncrement(random.nextInt(WorkloadExpectation.HOT_ROWS), 1 + random.nextInt(3));
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE workload.hot SET counter = counter + ? WHERE id = ?")) {
            update.setInt(1, increment);
            update.setInt(2, counter);
            update.executeUpdate();
        }
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        expectation.increment(counter, increment);
    }
}
