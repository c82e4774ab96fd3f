package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Moves an amount between two accounts, in the order of their keys, so that two transfers never wait for each other. */
record BankTransfer(int lower, int higher, int amount) implements WorkloadWrites {
    static BankTransfer plan(SplittableRandom random) {
        int one = random.nextInt(WorkloadExpectation.ACCOUNTS);
        int other = (one + 1 + random.nextInt(WorkloadExpectation.ACCOUNTS - 1)) % WorkloadExpectation.ACCOUNTS;
        return new BankTransfer(Math.min(one, other), Math.max(one, other), random.nextInt(-50, 50));
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        RowUpdate.execute(
                connection,
                "UPDATE workload.account SET balance = balance + ? WHERE id = ?",
                new RowUpdate(amount, lower),
                new RowUpdate(-amount, higher));
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        expectation.transfer(lower, higher, amount);
    }
}
