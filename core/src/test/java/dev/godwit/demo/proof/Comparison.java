package dev.godwit.demo.proof;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;

/** Compares the closed source with the target as it was at the cutover, table by table. */
public final class Comparison {

    private Comparison() {}

    /** Reads both sides at the same time, which takes as long as the slower one. */
    public static Finding ofAllTables(DataSource source, CutoverSnapshot target) throws SQLException {
        CompletableFuture<Map<String, TableFingerprint>> onTarget =
                CompletableFuture.supplyAsync(() -> fingerprints(target.connection()));
        Map<String, TableFingerprint> expected;
        try (Connection connection = connect(source)) {
            expected = TableFingerprint.all(connection);
        }
        return compare(expected, join(onTarget));
    }

    static Finding compare(Map<String, TableFingerprint> source, Map<String, TableFingerprint> target) {
        Set<String> names = new TreeSet<>(source.keySet());
        names.addAll(target.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            TableFingerprint here = source.get(name);
            TableFingerprint there = target.get(name);
            if (here == null || there == null) {
                differences.add(name + " is only on the " + (here == null ? "target" : "source"));
            } else if (!here.equals(there)) {
                differences.add(name + " differs, " + here.rows() + " and " + there.rows() + " rows");
            }
        }
        long rows = source.values().stream().mapToLong(TableFingerprint::rows).sum();
        String evidence = differences.isEmpty()
                ? "%d tables, %,d rows, same count and checksum".formatted(names.size(), rows)
                : String.join("; ", differences);
        return new Finding("all tables identical at the cutover point", differences.isEmpty() && rows > 0, evidence);
    }

    /** Opens a read-only snapshot transaction in which values have one text on every server. */
    static Connection connect(DataSource server) throws SQLException {
        Connection connection = server.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
                    + " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET jit = off; SET work_mem = '64MB'");
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        return connection;
    }

    private static Map<String, TableFingerprint> fingerprints(Connection connection) {
        try {
            return TableFingerprint.all(connection);
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private static <T> T join(CompletableFuture<T> future) throws SQLException {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
