package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Adds to a counter that others add to as well. */
record HotIncrement(int counter, int increment) implements WorkloadWrites {
    static HotIncrement plan(SplittableRandom random) {
        return new HotIncrement(random.nextInt(WorkloadExpectation.HOT_ROWS), 1 + random.nextInt(3));
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        RowUpdate.execute(
                connection,
                "UPDATE workload.hot SET counter = counter + ? WHERE id = ?",
                new RowUpdate(increment, counter));
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        expectation.increment(counter, increment);
    }
}
