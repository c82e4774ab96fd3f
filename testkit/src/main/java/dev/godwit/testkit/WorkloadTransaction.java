package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * One transaction of a workload: what it does follows from seed, writer and number alone, so that a check afterwards can tell what it
 * must have left.
 */
final class WorkloadTransaction {
    static final String SCHEMA = "workload";
    static final int ACCOUNTS = 200;
    static final int BALANCE = 1_000;
    static final int HOT_ROWS = 4;

    private static final int KEYS_OF_A_WRITER = 1_000_000;
    private static final int DOCUMENTS_OF_A_WRITER = 40;
    private static final int ITEMS_OF_A_WRITER = 300;

    private final int writer;
    private final int number;
    private final SplittableRandom random;

    /** Tokens that it inserts to stay, 1 to 4. */
    final int tokens;

    /** What it adds to the hot counters. */
    final int increment;

    /** Ends with ROLLBACK. */
    final boolean rolledBack;

    WorkloadTransaction(long seed, int writer, int number) {
        this.writer = writer;
        this.number = number;
        this.random = new SplittableRandom(mix(mix(seed ^ (writer + 1L) << 40) ^ number));
        this.tokens = 1 + random.nextInt(4);
        this.increment = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
        this.rolledBack = random.nextInt(20) == 0;
    }

    /** A bijection, so distinct tokens get distinct keys, sparse over 64 bits and each written once. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Ordinals from 100 are of tokens that were rolled back to a savepoint. */
    static long tokenId(int writer, int number, int ordinal) {
        return mix((long) writer << 48 | (long) number << 12 | ordinal);
    }

    /** Everything but the COMMIT. */
    void execute(Connection connection) throws SQLException {
        int shape = random.nextInt(10);
        insertTokens(connection, 0, tokens);
        if (increment > 0) {
            hot(connection);
        }
        switch (shape) {
            case 0, 1, 2 -> transfer(connection);
            case 3 -> document(connection);
            case 4 -> item(connection);
            case 5 -> {
                savepoint(connection);
                transfer(connection);
            }
            case 6 -> {
                item(connection);
                document(connection);
            }
            default -> {
                // tokens only: most rows are written once, where a wrong boundary cannot be painted over
            }
        }
    }

    private void insertTokens(Connection connection, int from, int to) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO workload.token (id, writer, number, ordinal, payload) VALUES (?, ?, ?, ?, ?)")) {
            for (int ordinal = from; ordinal < to; ordinal++) {
                insert.setLong(1, tokenId(writer, number, ordinal));
                insert.setInt(2, writer);
                insert.setInt(3, number);
                insert.setInt(4, ordinal);
                insert.setString(5, text(1 + random.nextInt(60)));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void hot(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE workload.hot SET counter = counter + ? WHERE id = ?")) {
            update.setInt(1, increment);
            update.setInt(2, random.nextInt(HOT_ROWS));
            update.executeUpdate();
        }
    }

    /** Locks in the order of keys, so that two transfers never wait for each other. */
    private void transfer(Connection connection) throws SQLException {
        int one = random.nextInt(ACCOUNTS);
        int other = (one + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = random.nextInt(-50, 50);
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE workload.account SET balance = balance + ? WHERE id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, Math.min(one, other));
            update.executeUpdate();
            update.setInt(1, -amount);
            update.setInt(2, Math.max(one, other));
            update.executeUpdate();
        }
    }

    /** A row with a value out of line: written, changed beside that value, changed in it, deleted. */
    private void document(Connection connection) throws SQLException {
        long id = (long) writer * KEYS_OF_A_WRITER + random.nextInt(DOCUMENTS_OF_A_WRITER);
        int kind = random.nextInt(8);
        if (kind == 0) {
            update(connection, "DELETE FROM workload.document WHERE id = " + id);
            return;
        }
        if (kind < 5) {
            update(
                    connection,
                    "UPDATE workload.document SET title = '" + text(12) + "', edits = edits + 1 WHERE id = " + id);
            return;
        }
        String body = text(3_000 + random.nextInt(12_000));
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO workload.document (id, title, body, digest) VALUES (?, ?, ?, md5(?))"
                        + " ON CONFLICT (id) DO UPDATE SET body = excluded.body, digest = excluded.digest")) {
            upsert.setLong(1, id);
            upsert.setString(2, text(12));
            upsert.setString(3, body);
            upsert.setString(4, body);
            upsert.executeUpdate();
        }
    }

    /** Rows whose keys change, and that come and go. */
    private void item(Connection connection) throws SQLException {
        long base = (long) writer * KEYS_OF_A_WRITER;
        long id = base + random.nextInt(ITEMS_OF_A_WRITER);
        long other = base + random.nextInt(ITEMS_OF_A_WRITER);
        switch (random.nextInt(4)) {
            case 0 -> update(connection, "DELETE FROM workload.item WHERE id = " + id);
            case 1 ->
                update(
                        connection,
                        "UPDATE workload.item SET id = " + other + " WHERE id = " + id
                                + " AND NOT EXISTS (SELECT 1 FROM workload.item WHERE id = " + other + ")");
            default ->
                update(
                        connection,
                        "INSERT INTO workload.item (id, name, price, tags) VALUES (" + id + ", '" + text(20) + "', "
                                + random.nextInt(1_000_000) + " / 100.0, ARRAY['" + text(3) + "', NULL])"
                                + " ON CONFLICT (id) DO UPDATE SET price = excluded.price, changed = now()");
        }
    }

    /** What happens between savepoint and rollback must never be seen. */
    private void savepoint(Connection connection) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        insertTokens(connection, 100, 102);
        item(connection);
        update(connection, "UPDATE workload.account SET balance = balance + 7 WHERE id = 0");
        connection.rollback(savepoint);
    }

    private static void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** Does not compress well, so that a few kilobytes go out of line; begins with what nobody may show, where there is room. */
    private String text(int length) {
        StringBuilder text = new StringBuilder(length);
        if (length > PlantedValues.ROW.length()) {
            text.append(PlantedValues.ROW);
        }
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
        }
        text.setLength(length);
        return text.toString();
    }
}
