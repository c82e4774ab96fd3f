package dev.godwit.schema;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Queries the catalog with the settings under which the server's deparsing functions give text that means the same in
 * every session: names qualified, constants in ISO form.
 */
final class CatalogQuery {

    /** Condition on the alias {@code n} of pg_namespace. */
    static final String USER_SCHEMA =
            "(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> 'godwit')";

    private static final Map<String, String> SETTINGS = Map.of(
            "search_path", "",
            "DateStyle", "ISO",
            "IntervalStyle", "postgres",
            "extra_float_digits", "3",
            "quote_all_identifiers", "off");

    private static final String NOT_LOADED = "22023";
    private static final String NO_SUCH_OBJECT = "42704";
    private static final int OLDEST_VERSION = 100_000;

    private final Connection connection;
    private final int version;

    private CatalogQuery(Connection connection, int version) {
        this.connection = connection;
        this.version = version;
    }

    /** Something that is read through a query. */
    @FunctionalInterface
    interface Work<T> {
        T apply(CatalogQuery query) throws SQLException;
    }

    /** Makes a value of the current row. */
    @FunctionalInterface
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    static <T> T on(Connection connection, Work<T> work) throws SQLException {
        if (!connection.getAutoCommit()) {
            return withSettings(connection, work);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // All of it as of one moment, whoever creates and drops things meanwhile.
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            return withSettings(connection, work);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static <T> T withSettings(Connection connection, Work<T> work) throws SQLException {
        CatalogQuery query = new CatalogQuery(connection, 0);
        int version = query.list("SELECT current_setting('server_version_num')::int", row -> row.getInt(1))
                .get(0);
        if (version < OLDEST_VERSION) {
            throw new SQLException("Read the catalog: the server's version is " + version
                    + ", required is 100000 (PostgreSQL 10) or later");
        }
        Map<String, String> before = new LinkedHashMap<>();
        for (Map.Entry<String, String> setting : SETTINGS.entrySet()) {
            before.put(setting.getKey(), query.setting(setting.getKey()));
            query.set(setting.getKey(), setting.getValue());
        }
        T result = work.apply(new CatalogQuery(connection, version));
        // Not after an exception: the transaction is then of no further use, and its end takes the settings back.
        for (Map.Entry<String, String> setting : before.entrySet()) {
            query.set(setting.getKey(), setting.getValue());
        }
        return result;
    }

    /** The server's version number. */
    int version() {
        return version;
    }

    /** Whether the server is of that major version or a later one. */
    boolean since(int major) {
        return version >= major * 10_000;
    }

    /**
     * Whether a provider of security labels is loaded, which no catalog says. The label that is asked for would be of no object, and the
     * server looks for the provider first.
     */
    boolean hasLabelProvider(String quotedName) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SECURITY LABEL FOR " + quotedName + " ON LARGE OBJECT 0 IS NULL");
            return true;
        } catch (SQLException e) {
            if (NOT_LOADED.equals(e.getSQLState())) {
                return false;
            }
            if (NO_SUCH_OBJECT.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        } finally {
            connection.rollback(before);
        }
    }

    /** Chooses an expression: the first for servers of that major version or later, else the second. */
    String since(int major, String then, String otherwise) {
        return since(major) ? then : otherwise;
    }

    <T> List<T> list(String sql, RowMapper<T> mapper) throws SQLException {
        List<T> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(mapper.map(rows));
            }
        }
        return values;
    }

    /**
     * Reads objects of one kind.
     *
     * @param catalog the oid of their catalog
     * @param sql a query for oid, name (unique within the kind) and definition
     */
    List<SchemaObject> objects(ObjectKind kind, long catalog, String sql) throws SQLException {
        return list(
                sql,
                row -> SchemaObject.of(
                        kind, new ObjectId(catalog, row.getLong(1)), row.getString(2), row.getString(3)));
    }

    /** Condition: the object, which is in no schema, is the user's own and did not come into being with another one. */
    static String usersOwn(String catalog, String oid) {
        return oid + " >= " + ObjectId.FIRST_USER_OID + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e"
                + " WHERE e.classid = 'pg_catalog." + catalog + "'::regclass AND e.objid = " + oid
                + " AND e.deptype IN ('e', 'i'))";
    }

    /** Condition: the object is in a schema of the user, with the alias {@code n}, and not a member of an extension. */
    static String usersOwnInSchema(String catalog, String oid) {
        return USER_SCHEMA + " AND NOT " + memberOfExtension(catalog, oid);
    }

    /** Condition: the object of that catalog is a member of an extension. */
    static String memberOfExtension(String catalog, String oid) {
        return "EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog." + catalog
                + "'::regclass AND e.objid = " + oid + " AND e.deptype = 'e')";
    }

    /**
     * Condition: the relation is the user's, so that what hangs on it has to be made. All that hangs on an extension's relation is taken
     * for the extension's, which makes it itself; the server does not remember it of each, and pg_dump does the same.
     */
    static String notOfExtensionsRelation(String oid) {
        return "NOT " + memberOfExtension("pg_class", oid);
    }

    /** Reads an array of text; empty for SQL NULL. */
    static List<String> strings(ResultSet row, int column) throws SQLException {
        @Nullable Array array = row.getArray(column);
        if (array == null) {
            return List.of();
        }
        return List.of((String[]) array.getArray());
    }

    private String setting(String name) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_catalog.current_setting(?)")) {
            statement.setString(1, name);
            return single(statement.executeQuery());
        }
    }

    private void set(String name, String value) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_catalog.set_config(?, ?, true)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            single(statement.executeQuery());
        }
    }

    private static String single(ResultSet rows) throws SQLException {
        try (rows) {
            rows.next();
            return rows.getString(1);
        }
    }
}
