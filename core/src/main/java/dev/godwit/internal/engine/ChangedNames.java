package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables whose names no longer are what they were when the source's catalog was read: they were renamed, moved to another schema, or
 * dropped. Once the tables are locked for the snapshot, that cannot happen any more until they are copied.
 */
final class ChangedNames {
    /** No such table, no such schema. */
    private static final Set<String> NOT_FOUND = Set.of("42P01", "3F000");

    private static final String CHANGED = """
            SELECT format('%I.%I', w.schema, w.name),
                   CASE WHEN c.oid IS NOT NULL THEN format('%I.%I', n.nspname, c.relname) END,
                   to_regclass(format('%I.%I', w.schema, w.name)) IS NOT NULL
              FROM unnest(?::bigint[]::oid[], ?::text[], ?::text[]) AS w (oid, schema, name)
              LEFT JOIN pg_catalog.pg_class c ON c.oid = w.oid
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE (n.nspname::text, c.relname::text) IS DISTINCT FROM (w.schema, w.name) ORDER BY 1
            """;

    private ChangedNames() {}

    /**
     * Makes sure that every table has the name that it had.
     *
     * @throws MigrationException if one has not; names each, and the way out
     */
    static void requireNone(ServerConnections source, List<Table> tables) throws SQLException {
        List<String> changed = new ArrayList<>();
        try (Connection connection = source.open();
                PreparedStatement query = connection.prepareStatement(CHANGED)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", tables.stream().map(Table::oid).toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            tables.stream().map(table -> table.name().schema()).toArray()));
            query.setArray(
                    3,
                    connection.createArrayOf(
                            "text",
                            tables.stream().map(table -> table.name().name()).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    changed.add(describe(row.getString(1), row.getString(2), row.getBoolean(3)));
                }
            }
        }
        if (!changed.isEmpty()) {
            throw new MigrationException(
                    MigrationPhase.SNAPSHOT,
                    "tables of the source have other names than when its catalog was read, and cannot be copied: "
                            + String.join("; ", changed)
                            + ". Give each its name back, or give it its new one on the target, too; then resume, which goes"
                            + " on without those that were dropped",
                    null);
        }
    }

    private static String describe(String name, @Nullable String now, boolean isTaken) {
        return "table " + name + (now == null ? " was dropped" : " is " + now + " now")
                + (isTaken ? ", and another one has its name" : "");
    }

    /** Says what has become of tables, if it was for their names that something failed. */
    static void explain(ServerConnections source, List<Table> tables, SQLException failure) throws SQLException {
        if (!NOT_FOUND.contains(String.valueOf(failure.getSQLState()))) {
            return;
        }
        try {
            requireNone(source, tables);
        } catch (MigrationException e) {
            e.addSuppressed(failure);
            throw e;
        }
    }
}
