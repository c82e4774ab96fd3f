package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** One thing that a transaction of a workload does. Immutable, and drawn before it is done, so that it can be told afterwards. */
interface WorkloadWrites {
    /** Only the tokens. */
    WorkloadWrites NONE = new WorkloadWrites() {
        @Override
        public void execute(Connection connection) {}

        @Override
        public void addTo(WorkloadExpectation expectation) {}
    };

    /** How many keys of its own each writer has in a table. */
    int KEYS_OF_A_WRITER = 1_000_000;

    /** Writes, inside the transaction that the connection is in. */
    void execute(Connection connection) throws SQLException;

    /** Tells what this leaves once it is committed; called in the order of the transactions of each writer. */
    void addTo(WorkloadExpectation expectation);

    /** Executes one statement without parameters. */
    static void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
