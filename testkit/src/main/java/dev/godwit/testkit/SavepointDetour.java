package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.SplittableRandom;

/** Writes behind two savepoints, one inside the other, of which the outer one is rolled back to: nothing of it may ever be seen. */
record SavepointDetour(int writer, int number, boolean release) implements WorkloadWrites {
    /** From here on ordinals are of tokens that must not be there. */
    static final int ORDINAL = 100;

    static SavepointDetour plan(int writer, int number, SplittableRandom random) {
        return new SavepointDetour(writer, number, random.nextBoolean());
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        Savepoint outer = connection.setSavepoint();
        insert(connection, 0);
        Savepoint inner = connection.setSavepoint();
        insert(connection, 1);
        if (release) {
            connection.releaseSavepoint(inner);
        }
        connection.rollback(outer);
    }

    private void insert(Connection connection, int offset) throws SQLException {
        WorkloadWrites.update(
                connection,
                "INSERT INTO workload.token (id, writer, number, ordinal, payload) VALUES ("
                        + WorkloadTransaction.tokenId(writer, number, ORDINAL + offset) + ", " + writer + ", " + number
                        + ", " + (ORDINAL + offset) + ", '')");
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {}
}
