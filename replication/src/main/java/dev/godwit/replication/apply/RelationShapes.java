package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.TableRows;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a migration knows of the shape of the source's tables, in the table {@code godwit.relation_shape} of the target: as they
 * were copied, and as they were sent later and found to fit. Changed in the transactions that apply changes, so that it is
 * always the shape at the applied position.
 *
 * <p>Immutable; any thread may use it with its own connections.
 */
public final class RelationShapes {

    private static final String CREATE = """
            SELECT pg_catalog.pg_advisory_xact_lock(7166214, 0);
            CREATE SCHEMA IF NOT EXISTS godwit;
            CREATE TABLE IF NOT EXISTS godwit.relation_shape (
                migration text NOT NULL,
                relation_id bigint NOT NULL,
                schema_name text NOT NULL,
                table_name text NOT NULL,
                columns text[] NOT NULL,
                identified boolean NOT NULL,
                PRIMARY KEY (migration, relation_id));
            """;

    private static final String READ_SOURCE = "SELECT c.oid::bigint, n.nspname, c.relname,"
            + " ARRAY(SELECT a.atttypid::bigint || ' ' || a.atttypmod || ' ' || a.attname FROM pg_catalog.pg_attribute a"
            + " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND %s ORDER BY a.attnum),"
            + " c.relreplident = 'f' OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid"
            + " AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN unnest(?::text[], ?::text[]) AS w (nspname, relname)"
            + " ON w.nspname = n.nspname AND w.relname = c.relname WHERE c.relkind = 'r'";

    private final String migration;

    private RelationShapes(String migration) {
        this.migration = migration;
    }

    /**
     * Gives what a migration knows.
     *
     * @param migration the migration's name
     * @return its shapes
     */
    public static RelationShapes of(String migration) {
        return new RelationShapes(migration);
    }

    /**
     * Creates schema and table if they do not exist.
     *
     * @param target a session on the target, in auto-commit mode
     * @throws SQLException if the server refuses
     */
    public static void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /**
     * Stores the present shape of tables, in place of what was known of them; to be called before they are copied, so that
     * a change in between is noticed.
     *
     * @param source a session on the source
     * @param target a session on the target; the caller commits
     * @param tables the tables that are copied
     * @param parts what is published of them; all of those that are not in it
     * @throws SQLException if a server refuses
     */
    public void capture(
            Connection source, Connection target, Collection<RelationName> tables, Map<RelationName, TableRows> parts)
            throws SQLException {
        try (PreparedStatement delete = target.prepareStatement("DELETE FROM godwit.relation_shape"
                + " WHERE migration = ? AND (schema_name, table_name) IN"
                + " (SELECT s, t FROM unnest(?::text[], ?::text[]) AS w (s, t))")) {
            delete.setString(1, migration);
            bind(delete, 2, tables);
            delete.executeUpdate();
        }
        store(
                target,
                readSource(source, tables).stream()
                        .map(shape -> shape.of(parts.getOrDefault(shape.name(), TableRows.ALL)))
                        .toList());
    }

    private static List<RelationShape> readSource(Connection source, Collection<RelationName> tables)
            throws SQLException {
        boolean generated = source.getMetaData().getDatabaseMajorVersion() >= 12;
        List<RelationShape> shapes = new ArrayList<>();
        try (PreparedStatement query =
                source.prepareStatement(READ_SOURCE.formatted(generated ? "a.attgenerated = ''" : "true"))) {
            bind(query, 1, tables);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    shapes.add(shape(row));
                }
            }
        }
        return shapes;
    }

    private static void bind(PreparedStatement statement, int index, Collection<RelationName> tables)
            throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(
                index,
                connection.createArrayOf(
                        "text", tables.stream().map(RelationName::schema).toArray()));
        statement.setArray(
                index + 1,
                connection.createArrayOf(
                        "text", tables.stream().map(RelationName::name).toArray()));
    }

    /**
     * Finds the tables that bear another name on the source than they are known by.
     *
     * @param source a session on the source
     * @param target a session on the target
     * @return for the known name the present one; tables that do not exist any more are left out
     * @throws SQLException if a server refuses
     */
    public Map<RelationName, RelationName> renamed(Connection source, Connection target) throws SQLException {
        Map<RelationName, RelationName> renamed = new TreeMap<>();
        Map<Long, RelationShape> known = read(target);
        try (PreparedStatement query = source.prepareStatement("SELECT c.oid::bigint, n.nspname, c.relname"
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.oid::bigint = ANY (?)")) {
            query.setArray(1, source.createArrayOf("int8", known.keySet().toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    RelationShape shape = Objects.requireNonNull(known.get(row.getLong(1)));
                    RelationName now = new RelationName(row.getString(2), row.getString(3));
                    if (!now.equals(shape.name())) {
                        renamed.put(shape.name(), now);
                    }
                }
            }
        }
        return renamed;
    }

    /**
     * Finds the tables that were dropped on the source, where another one bears the name by now.
     *
     * @param source a session on the source
     * @param target a session on the target
     * @return their names
     * @throws SQLException if a server refuses
     */
    public List<RelationName> replaced(Connection source, Connection target) throws SQLException {
        List<RelationShape> known = List.copyOf(read(target).values());
        List<RelationName> replaced = new ArrayList<>();
        try (PreparedStatement query = source.prepareStatement("SELECT w.nspname, w.relname"
                + " FROM unnest(?::text[], ?::text[], ?::bigint[]) AS w (nspname, relname, id)"
                + " JOIN pg_catalog.pg_namespace n ON n.nspname = w.nspname"
                + " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname AND c.relkind = 'r'"
                + " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid::bigint = w.id) ORDER BY 1, 2")) {
            bind(query, 1, known.stream().map(RelationShape::name).toList());
            query.setArray(
                    3,
                    source.createArrayOf(
                            "int8", known.stream().map(RelationShape::id).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    replaced.add(new RelationName(row.getString(1), row.getString(2)));
                }
            }
        }
        return replaced;
    }

    /**
     * Knows a table by another name from now on, also with the positions of several appliers.
     *
     * @param target a session on the target; the caller commits
     * @param from the known name
     * @param to the name that it bears on the source and on the target
     * @throws SQLException if the server refuses
     */
    public void rename(Connection target, RelationName from, RelationName to) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.relation_shape SET schema_name = ?,"
                + " table_name = ? WHERE migration = ? AND schema_name = ? AND table_name = ?")) {
            update.setString(1, to.schema());
            update.setString(2, to.name());
            update.setString(3, migration);
            update.setString(4, from.schema());
            update.setString(5, from.name());
            update.executeUpdate();
        }
        // What some appliers have committed of a batch that was broken off is told from the rest by these names.
        ApplierPositions.rename(target, migration, from, to);
    }

    Map<Long, RelationShape> read(Connection target) throws SQLException {
        Map<Long, RelationShape> shapes = new HashMap<>();
        try (PreparedStatement query = target.prepareStatement("SELECT relation_id, schema_name, table_name, columns,"
                + " identified FROM godwit.relation_shape WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    RelationShape shape = shape(row);
                    shapes.put(shape.id(), shape);
                }
            }
        }
        return shapes;
    }

    private static RelationShape shape(ResultSet row) throws SQLException {
        Array columns = row.getArray(4);
        return new RelationShape(
                row.getLong(1),
                new RelationName(row.getString(2), row.getString(3)),
                Arrays.stream((String[]) columns.getArray())
                        .map(RelationShape.Column::parse)
                        .toList(),
                row.getBoolean(5));
    }

    /** Stores a shape in the caller's transaction. */
    void store(Connection target, RelationShape shape) throws SQLException {
        store(target, List.of(shape));
    }

    private void store(Connection target, List<RelationShape> shapes) throws SQLException {
        try (PreparedStatement insert = target.prepareStatement("INSERT INTO godwit.relation_shape AS r (migration,"
                + " relation_id, schema_name, table_name, columns, identified) VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (migration, relation_id) DO UPDATE SET schema_name = excluded.schema_name,"
                + " table_name = excluded.table_name, columns = excluded.columns, identified = excluded.identified")) {
            for (RelationShape shape : shapes) {
                insert.setString(1, migration);
                insert.setLong(2, shape.id());
                insert.setString(3, shape.name().schema());
                insert.setString(4, shape.name().name());
                insert.setArray(
                        5,
                        target.createArrayOf(
                                "text",
                                shape.columns().stream()
                                        .map(RelationShape.Column::toString)
                                        .toArray()));
                insert.setBoolean(6, shape.identified());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
