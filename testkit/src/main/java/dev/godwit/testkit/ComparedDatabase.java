package dev.godwit.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** One side of a comparison: a connection with pinned settings in one snapshot, and what the catalog says. Not thread-safe. */
final class ComparedDatabase implements AutoCloseable {
    private static final List<String> PINNED = List.of(
            "SET LOCAL search_path = ''",
            "SET LOCAL DateStyle = 'ISO, YMD'",
            "SET LOCAL IntervalStyle = 'postgres'",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL extra_float_digits = 3",
            "SET LOCAL bytea_output = 'hex'",
            "SET LOCAL lc_monetary = 'C'",
            "SET LOCAL xmloption = 'content'",
            "SET LOCAL row_security = off",
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL lock_timeout = 0");

    /**
     * Number of rows, and the sums of both halves of their hashes: a sum, unlike exclusive or, does not let a pair of equal rows
     * cancel out.
     */
    record Checksum(long rows, BigDecimal high, BigDecimal low) {}

    /** Where a sequence stands. */
    record Position(BigInteger next, boolean ascending) {
        boolean isBehind(Position other) {
            int order = next.compareTo(other.next);
            return ascending ? order < 0 : order > 0;
        }
    }

    private final Connection connection;
    private final boolean ascii;
    private final NavigableMap<String, ComparedTable> tables = new TreeMap<>();
    private final String schemas;

    private ComparedDatabase(Connection connection, Set<String> excluded) throws SQLException {
        this.connection = connection;
        this.schemas = "n.nspname !~ '^pg_' AND n.nspname NOT IN ("
                + excluded.stream().map(Sql::literal).collect(Collectors.joining(", ")) + ")";
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            for (String setting : PINNED) {
                statement.execute(setting);
            }
            try (ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
                encoding.next();
                this.ascii = "SQL_ASCII".equals(encoding.getString(1));
            }
        }
        readTables();
    }

    static ComparedDatabase open(DataSource database, Set<String> excluded) throws SQLException {
        Connection connection = database.getConnection();
        try {
            return new ComparedDatabase(connection, excluded);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    NavigableMap<String, ComparedTable> tables() {
        return tables;
    }

    ComparedTable table(String name) {
        ComparedTable table = tables.get(name);
        if (table == null) {
            throw new IllegalArgumentException("No table " + name);
        }
        return table;
    }

    private void readTables() throws SQLException {
        ComparedTypes types = ComparedTypes.read(connection);
        String sql = "SELECT n.nspname, c.relname, a.attname, a.atttypid::bigint,"
                + " pg_catalog.format_type(a.atttypid, a.atttypmod),"
                + " ARRAY(SELECT k.attname::text FROM pg_catalog.pg_index i, pg_catalog.pg_attribute k,"
                + " generate_series(0, i.indnatts - 1) g WHERE i.indrelid = c.oid AND i.indisprimary"
                + " AND k.attrelid = c.oid AND k.attnum = i.indkey[g] AND k.attnum > 0 ORDER BY g)"
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                + " WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND " + schemas + " ORDER BY 1, 2, 3";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String schema = rows.getString(1);
                String relation = rows.getString(2);
                Array key = rows.getArray(6);
                ComparedTable read =
                        new ComparedTable(schema, relation, new TreeMap<>(), List.of((String[]) key.getArray()));
                ComparedTable table = tables.computeIfAbsent(read.name(), name -> read);
                String column = rows.getString(3);
                if (column != null) {
                    table.columns()
                            .put(
                                    column,
                                    new ComparedTable.Column(
                                            rows.getString(5), types.text(rows.getLong(4), Sql.identifier(column))));
                }
            }
        }
    }

    /** Columns that both sides have; that others are missing is a finding of its own. */
    private static List<String> common(ComparedTable table, ComparedTable other) {
        List<String> names = new ArrayList<>(table.columns().keySet());
        names.retainAll(other.columns().keySet());
        return names;
    }

    /** Hash of a row, 32 hexadecimal digits. */
    String hash(String name, ComparedDatabase other) {
        ComparedTable table = table(name);
        String row = table.encoded(common(table, other.table(name)));
        return ascii ? "pg_catalog.md5(" + row + ")" : "pg_catalog.md5(pg_catalog.convert_to(" + row + ", 'UTF8'))";
    }

    Checksum checksum(String name, ComparedDatabase other) throws SQLException {
        // OFFSET 0 keeps the planner from computing the hash twice
        String sql = "SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint), 0),"
                + " coalesce(sum(('x' || right(h, 16))::bit(64)::bigint), 0) FROM (SELECT " + hash(name, other)
                + " AS h FROM ONLY " + table(name).sqlName() + " OFFSET 0) AS hashes";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return new Checksum(rows.getLong(1), rows.getBigDecimal(2), rows.getBigDecimal(3));
        }
    }

    NavigableMap<String, Position> sequences() throws SQLException {
        NavigableMap<String, Position> positions = new TreeMap<>();
        String sql = "SELECT n.nspname, c.relname, s.seqincrement FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid WHERE c.relpersistence <> 't' AND " + schemas;
        Map<String, String> names = new TreeMap<>();
        Map<String, Long> increments = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    String name = rows.getString(1) + "." + rows.getString(2);
                    names.put(name, Sql.identifier(rows.getString(1)) + "." + Sql.identifier(rows.getString(2)));
                    increments.put(name, rows.getLong(3));
                }
            }
            for (Map.Entry<String, String> sequence : names.entrySet()) {
                long increment = increments.getOrDefault(sequence.getKey(), 1L);
                try (ResultSet row =
                        statement.executeQuery("SELECT last_value, is_called FROM " + sequence.getValue())) {
                    row.next();
                    BigInteger last = BigInteger.valueOf(row.getLong(1));
                    positions.put(
                            sequence.getKey(),
                            new Position(
                                    row.getBoolean(2) ? last.add(BigInteger.valueOf(increment)) : last, increment > 0));
                }
            }
        }
        return positions;
    }

    @Override
    public void close() throws SQLException {
        try {
            connection.rollback();
        } finally {
            connection.close();
        }
    }
}
