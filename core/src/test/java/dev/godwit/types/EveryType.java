package dev.godwit.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tables of every type: {@code every} has a key, {@code whole} has none and replica identity FULL, and for each type that
 * can be a key there is one whose key it is, for each type at all one that has nothing else.
 *
 * <p>Its session on the source is opened before any setting changes, and its values are written in it.
 */
final class EveryType implements AutoCloseable {

    private static final List<String> TYPES = List.of(
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION citext",
            "CREATE EXTENSION ltree",
            "CREATE EXTENSION cube",
            "CREATE TYPE mood AS ENUM ('sad', 'it''s, \"ok\"', 'NULL')",
            "CREATE DOMAIN label AS citext CHECK (VALUE <> '')",
            "CREATE DOMAIN marks AS int[]",
            "CREATE DOMAIN tiny AS smallint NOT NULL",
            "CREATE DOMAIN small AS int CHECK (VALUE < 101)",
            "CREATE DOMAIN fixed AS char(4)",
            "CREATE TYPE shift AS RANGE (subtype = float8, subtype_diff = float8mi)",
            "CREATE TYPE pair AS (a text, b float8, c text[], d mood, e json)",
            "CREATE TYPE nested AS (n numeric, p pair, ps pair[])",
            "CREATE SCHEMA \"odd Schema\"",
            "CREATE TABLE \"odd Schema\".\"it's\" (id int PRIMARY KEY)");

    private static final int LONGEST_KEY = 1000;
    private static final String NO_OPERATOR_CLASS = "42704";
    private static final String NO_COMPARISON = "42883";

    private final List<TypeColumn> columns;
    private final List<String> keyTables = new ArrayList<>();
    private final int rows;
    private final Connection session;

    /** Those of the server itself, and of a few extensions. */
    EveryType(PostgresServer source) throws SQLException {
        this(source, "types.txt", TYPES);
        assertThat(keyTables).hasSizeGreaterThan(75);
    }

    /**
     * Those of a list.
     *
     * @param list the resource that names types and values
     * @param preparations the statements by which the types come into schema public, or change the session's search path
     */
    EveryType(PostgresServer source, String list, List<String> preparations) throws SQLException {
        columns = TypeColumn.of(list, Integer.parseInt(source.major()));
        rows = columns.stream().mapToInt(column -> column.values().size()).max().orElseThrow();
        session = source.connect(PostgresPair.DATABASE);
        execute("SET search_path = public");
        preparations.forEach(this::execute);
        String typed = columns.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
        execute("CREATE TABLE every (id int PRIMARY KEY, n int, " + typed + ")");
        execute("CREATE TABLE whole (id int, n int, " + typed + ")");
        execute("ALTER TABLE whole REPLICA IDENTITY FULL");
        for (int row = 0; row < rows; row++) {
            int number = row;
            execute("INSERT INTO every VALUES (" + row + ", 0, "
                    + columns.stream().map(column -> column.value(number)).collect(Collectors.joining(", ")) + ")");
        }
        execute("INSERT INTO every VALUES (" + rows + ")");
        execute("INSERT INTO whole SELECT * FROM every");
        for (TypeColumn column : columns) {
            createKeyTable(column);
            // How a table is copied depends on all its types.
            String alone = "alone_" + column.name();
            execute("CREATE TABLE " + alone + " (id int PRIMARY KEY, v " + column.type() + ")");
            execute("INSERT INTO " + alone + " SELECT id, " + column.name() + " FROM every");
        }
    }

    /** Types without an order of their own cannot be keys. */
    private void createKeyTable(TypeColumn column) throws SQLException {
        String table = "key_" + column.name();
        String values = "INSERT INTO " + table + " SELECT " + column.name() + ", id FROM every WHERE pg_column_size("
                + column.name() + ") < " + LONGEST_KEY + " ON CONFLICT DO NOTHING";
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (k " + column.type() + " PRIMARY KEY, v int)");
            statement.execute(values);
            session.commit();
            keyTables.add(table);
        } catch (SQLException e) {
            session.rollback();
            assertThat(e.getSQLState()).as(table).isIn(NO_OPERATOR_CLASS, NO_COMPARISON);
        } finally {
            session.setAutoCommit(true);
        }
    }

    void execute(String sql) {
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql.substring(0, Math.min(200, sql.length())), e);
        }
    }

    List<TypeColumn> columns() {
        return columns;
    }

    /** The tables whose key is of one type. */
    List<String> keyTables() {
        return keyTables;
    }

    /** Types of pg_catalog that a column can have, and that are missing here. */
    List<String> missing() throws SQLException {
        List<String> covered = columns.stream()
                .map(column -> "'" + column.typeName().replace("'", "''") + "'::regtype")
                .toList();
        return query(
                session,
                "SELECT format_type(oid, -1) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
                        + " AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND oid <> ALL (ARRAY["
                        + String.join(", ", covered) + "]::oid[]) ORDER BY 1");
    }

    /** Inserts, updates and deletes of all values, by key, by the whole row and by keys of every type. */
    void change() {
        String names = columns.stream().map(TypeColumn::name).collect(Collectors.joining(", "));
        String next = columns.stream().map(column -> "s." + column.name()).collect(Collectors.joining(", "));
        for (String table : List.of("every", "whole")) {
            String from = " SELECT id, n, " + names + " FROM every WHERE id <= " + rows;
            execute("INSERT INTO " + table + from.replace("SELECT id", "SELECT id + 100"));
            execute("INSERT INTO " + table + from.replace("SELECT id", "SELECT id + 200"));
            execute("UPDATE " + table + " t SET (n, " + names + ") = (SELECT 1, " + next
                    + " FROM every s WHERE s.id = (t.id - 99) % " + (rows + 1) + ") WHERE id BETWEEN 100 AND 199");
            execute("UPDATE " + table + " SET n = 2 WHERE id BETWEEN 200 AND 299");
            execute("UPDATE " + table + " SET id = id + 100 WHERE id >= 200 AND id % 2 = 0");
            execute("DELETE FROM " + table + " WHERE id >= 100 AND id % 3 = 0");
            execute("DELETE FROM " + table + " WHERE id = " + rows);
        }
        for (String table : keyTables) {
            execute("UPDATE " + table + " SET v = v + 100");
            execute("DO $$ DECLARE freed " + table + "; BEGIN"
                    + " DELETE FROM " + table + " WHERE v = 100 RETURNING * INTO freed;"
                    + " UPDATE " + table + " SET k = freed.k, v = 300 WHERE v = 101;"
                    + " DELETE FROM " + table + " WHERE v = 102;"
                    + " UPDATE " + table + " SET v = -v WHERE v = 300;"
                    + " IF NOT FOUND THEN INSERT INTO " + table + " VALUES (freed.k, 400); END IF; END $$");
        }
    }

    /** The hash of each value's binary form, with the column and the row. */
    List<String> values(Connection connection) throws SQLException {
        List<String> values = new ArrayList<>();
        for (TypeColumn column : columns) {
            String send = "";
            if (column.comparison().isEmpty()) {
                send = query(
                                connection,
                                "SELECT quote_ident(n.nspname) || '.' || p.proname FROM pg_type t JOIN pg_proc p ON p.oid = t.typsend"
                                        + " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE t.oid = '"
                                        + column.typeName() + "'::regtype")
                        .get(0);
            }
            for (String table : List.of("every", "whole")) {
                values.addAll(query(
                        connection,
                        "SELECT '" + table + "." + column.name() + " ' || id || ' ' || coalesce(md5("
                                + column.bytes(send) + "), 'null') || ' ' || coalesce(n, -1) FROM " + table
                                + " ORDER BY id"));
            }
            TypeColumn alone = new TypeColumn("v", column.type(), column.comparison(), column.values());
            values.addAll(query(
                    connection,
                    "SELECT 'alone " + column.name() + " ' || id || ' ' || coalesce(md5(" + alone.bytes(send)
                            + "), 'null') FROM alone_" + column.name() + " ORDER BY id"));
            String keyTable = "key_" + column.name();
            if (keyTables.contains(keyTable)) {
                TypeColumn key = new TypeColumn("k", column.type(), column.comparison(), column.values());
                values.addAll(query(
                        connection,
                        "SELECT '" + keyTable + " ' || v || ' ' || md5(" + key.bytes(send) + ") FROM " + keyTable
                                + " ORDER BY v"));
            }
        }
        return values;
    }

    static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(String.valueOf(row.getString(1)));
            }
        } catch (SQLException e) {
            throw new SQLException(e.getMessage() + " in " + sql, e);
        }
        return values;
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
