package dev.godwit.testkit;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the tables of a workload must hold, tokens apart: the sum of all transactions that were committed. */
final class WorkloadExpectation {
    static final int ACCOUNTS = 200;
    static final int BALANCE = 1_000;
    static final int HOT_ROWS = 4;

    private static final String OF_TABLE = " of table workload.";

    /** A row of table document; its edits were made beside the large value. */
    record Document(RandomText title, RandomText body, int edits) {}

    /** A row of table item. */
    record Item(RandomText name, BigDecimal price, RandomText tag) {}

    private final long[] balances = new long[ACCOUNTS];
    private final long[] counters = new long[HOT_ROWS];
    private final Map<Long, Document> documents = new TreeMap<>();
    private final Map<Long, Item> items = new TreeMap<>();
    private long refills;

    WorkloadExpectation() {
        Arrays.fill(balances, BALANCE);
    }

    void transfer(int to, int from, int amount) {
        balances[to] += amount;
        balances[from] -= amount;
    }

    void increment(int counter, int increment) {
        counters[counter] += increment;
    }

    void refill() {
        refills++;
    }

    Map<Long, Document> documents() {
        return documents;
    }

    Map<Long, Item> items() {
        return items;
    }

    /** Holds the tables of one kind against this; a line to the consumer for each row that differs. */
    void compare(WorkloadKind kind, Statement statement, Consumer<String> findings) throws SQLException {
        switch (kind) {
            case BANK -> {
                compareNumbers(statement, "account", "balance", balances, findings);
                compareSum(statement, findings);
            }
            case HOT_ROWS -> compareNumbers(statement, "hot", "counter", counters, findings);
            case WIDE_ROWS ->
                compareRows(
                        statement,
                        "SELECT id, md5(title) || ' ' || md5(body) || ' ' || digest || ' ' || edits FROM workload.document",
                        "document",
                        documents,
                        (id, document) -> md5(document.title()) + " " + md5(document.body()) + " "
                                + md5(document.body()) + " " + document.edits(),
                        findings);
            case KEY_CHANGES ->
                compareRows(
                        statement,
                        "SELECT id, md5(name) || ' ' || price || ' ' || md5(tags[1]) || ' ' || array_upper(tags, 1)"
                                + " || ' ' || (tags[2] IS NULL) FROM workload.item",
                        "item",
                        items,
                        (id, item) -> md5(item.name()) + " " + item.price().toPlainString() + " " + md5(item.tag())
                                + " 2 true",
                        findings);
            case TRUNCATES -> compareRefill(statement, findings);
            case PREPARED ->
                compareNone(
                        statement,
                        "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND gid LIKE '"
                                + WorkloadWriter.PREPARED_PREFIX + "%' ORDER BY gid",
                        "Still prepared: ",
                        findings);
            case DDL ->
                compareNone(
                        statement,
                        "SELECT relname FROM pg_class WHERE relnamespace = 'workload'::regnamespace"
                                + " AND relname LIKE 'passing%' UNION SELECT proname FROM pg_proc WHERE pronamespace ="
                                + " 'workload'::regnamespace ORDER BY 1",
                        "Present though dropped in the transaction that made it: ",
                        findings);
            case TOKENS, SAVEPOINTS -> {
                // both are seen in the tokens
            }
        }
    }

    private static void compareNumbers(
            Statement statement, String table, String column, long[] expected, Consumer<String> findings)
            throws SQLException {
        boolean[] seen = new boolean[expected.length];
        try (ResultSet rows = statement.executeQuery("SELECT id, " + column + " FROM workload." + table)) {
            while (rows.next()) {
                int id = rows.getInt(1);
                if (id < 0 || id >= expected.length || seen[id]) {
                    findings.accept("Key " + id + OF_TABLE + table + " is there that no one wrote, or twice");
                    continue;
                }
                seen[id] = true;
                if (rows.getLong(2) != expected[id]) {
                    findings.accept("Key " + id + OF_TABLE + table + " has " + column + " " + rows.getLong(2)
                            + " instead of " + expected[id]);
                }
            }
        }
        for (int id = 0; id < seen.length; id++) {
            if (!seen[id]) {
                findings.accept("Key " + id + OF_TABLE + table + " is missing");
            }
        }
    }

    private static void compareSum(Statement statement, Consumer<String> findings) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT sum(balance) FROM workload.account")) {
            rows.next();
            if (rows.getLong(1) != (long) ACCOUNTS * BALANCE) {
                findings.accept("Accounts add up to " + rows.getLong(1) + " instead of " + ACCOUNTS * BALANCE);
            }
        }
    }

    /** Rows without their values, which nobody may show. */
    private static <T> void compareRows(
            Statement statement,
            String query,
            String table,
            Map<Long, T> expected,
            BiFunction<Long, T, String> form,
            Consumer<String> findings)
            throws SQLException {
        Map<Long, T> missing = new TreeMap<>(expected);
        try (ResultSet rows = statement.executeQuery(query + " ORDER BY id")) {
            while (rows.next()) {
                long id = rows.getLong(1);
                @Nullable T wanted = missing.remove(id);
                if (wanted == null) {
                    findings.accept("Key " + id + OF_TABLE + table + " is there though its writer left none, or twice");
                } else if (!Objects.equals(form.apply(id, wanted), rows.getString(2))) {
                    findings.accept("Key " + id + OF_TABLE + table + " is not as its writer left it");
                }
            }
        }
        missing.keySet().forEach(id -> findings.accept("Key " + id + OF_TABLE + table + " is missing"));
    }

    private void compareRefill(Statement statement, Consumer<String> findings) throws SQLException {
        try (ResultSet rows =
                statement.executeQuery("SELECT count(*), count(DISTINCT id), count(DISTINCT (turn, rows)),"
                        + " coalesce(max(turn), 0), coalesce(max(rows), 0), coalesce(min(id), 1), coalesce(max(id), 0)"
                        + " FROM workload.refill")) {
            rows.next();
            long count = rows.getLong(1);
            if (rows.getLong(4) != refills) {
                findings.accept("Table workload.refill is as transaction " + rows.getLong(4)
                        + " of those that emptied it left it, instead of the last, " + refills);
            }
            boolean whole = count == rows.getLong(2)
                    && rows.getLong(3) <= 1
                    && count == rows.getLong(5)
                    && rows.getLong(6) == 1
                    && count == rows.getLong(7);
            if (!whole) {
                findings.accept(
                        "Table workload.refill has " + count + " rows that are not all those of one transaction");
            }
        }
    }

    private static void compareNone(Statement statement, String query, String problem, Consumer<String> findings)
            throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                findings.accept(problem + rows.getString(1));
            }
        }
    }

    private static String md5(RandomText text) {
        try {
            byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
