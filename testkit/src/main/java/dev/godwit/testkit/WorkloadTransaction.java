package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One transaction of a workload: what it does follows from plan, writer and number alone, so that a check afterwards can tell what it
 * must have left.
 */
final class WorkloadTransaction {
    private final int writer;
    private final int number;
    private final SplittableRandom payloads;
    private final List<WorkloadWrites> writes = new ArrayList<>();

    /** Tokens that it inserts to stay, 1 to 4. */
    final int tokens;

    /** Ends with ROLLBACK. */
    final boolean rolledBack;

    /** Ends in two phases. */
    final boolean prepared;

    WorkloadTransaction(WorkloadPlan plan, int writer, int number) {
        this.writer = writer;
        this.number = number;
        SplittableRandom random = new SplittableRandom(mix(mix(plan.seed() ^ (writer + 1L) << 40) ^ number));
        this.tokens = 1 + random.nextInt(4);
        this.rolledBack = random.nextInt(20) == 0;
        this.payloads = random.split();
        WorkloadKind first = plan.pick(random);
        WorkloadKind second = plan.pick(random);
        // what rolls back or prepares shows something only if it does more
        boolean both = first == WorkloadKind.PREPARED || first == WorkloadKind.SAVEPOINTS || random.nextInt(3) == 0;
        writes.add(first.plan(writer, number, random.split()));
        if (both && second != first) {
            writes.add(second.plan(writer, number, random.split()));
        }
        this.prepared = first == WorkloadKind.PREPARED || (both && second == WorkloadKind.PREPARED);
    }

    /** A bijection, so distinct tokens get distinct keys, sparse over 64 bits and each written once. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Ordinals from {@link SavepointDetour#ORDINAL} are of tokens that were rolled back to a savepoint. */
    static long tokenId(int writer, int number, int ordinal) {
        return mix((long) writer << 48 | (long) number << 12 | ordinal);
    }

    /** Everything but the COMMIT. Once, because payloads are drawn as they are written. */
    void execute(Connection connection) throws SQLException {
        insertTokens(connection);
        for (WorkloadWrites each : writes) {
            each.execute(connection);
        }
    }

    /** What it leaves, its tokens apart. */
    void addTo(WorkloadExpectation expectation) {
        writes.forEach(each -> each.addTo(expectation));
    }

    private void insertTokens(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO workload.token (id, writer, number, ordinal, payload) VALUES (?, ?, ?, ?, ?)")) {
            for (int ordinal = 0; ordinal < tokens; ordinal++) {
                insert.setLong(1, tokenId(writer, number, ordinal));
                insert.setInt(2, writer);
                insert.setInt(3, number);
                insert.setInt(4, ordinal);
                insert.setString(
                        5, RandomText.draw(payloads, 1 + payloads.nextInt(60)).text());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
