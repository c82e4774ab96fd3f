package dev.godwit.internal.cutover;

import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the target needs to take over well, and what is usually there since the copy: foreign keys that are checked, statistics for the
 * planner. What is missing is made up for, before writers wait.
 *
 * @param migration for the log
 * @param catalog the source's migrated tables
 */
record TargetReadiness(String migration, Catalog catalog) {
    private static final Logger LOG = LoggerFactory.getLogger(TargetReadiness.class);

    private static final String UNVALIDATED = """
            SELECT n.nspname, c.relname, k.conname, quote_ident(k.conname)
              FROM pg_catalog.pg_constraint k
              JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE k.contype = 'f' AND NOT k.convalidated
             ORDER BY 1, 2, 3
            """;

    private static final String WITHOUT_STATISTICS = """
            SELECT n.nspname, c.relname
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.reltuples <= 0 AND pg_relation_size(c.oid) > 0
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
             ORDER BY 1, 2
            """;

    private record Key(TableName table, String name, String quoted) {}

    /** Makes up for what is missing; both in auto-commit mode. */
    void complete(Connection source, Connection target) throws SQLException {
        Set<TableName> tables = catalog.tables().stream().map(Table::name).collect(Collectors.toSet());
        validate(source, target, tables);
        analyze(target, tables);
    }

    /** One that the source has not validated either is as it should be. */
    private void validate(Connection source, Connection target, Set<TableName> tables) throws SQLException {
        List<Key> open = unvalidated(target);
        if (open.isEmpty()) {
            return;
        }
        Set<Key> same = new HashSet<>(unvalidated(source));
        for (Key key : open) {
            if (tables.contains(key.table()) && !same.contains(key)) {
                LOG.info(
                        "{}: foreign key {} of table {} is validated on the target",
                        migration,
                        key.name(),
                        key.table());
                execute(target, "ALTER TABLE " + key.table().quoted() + " VALIDATE CONSTRAINT " + key.quoted());
            }
        }
    }

    private static List<Key> unvalidated(Connection connection) throws SQLException {
        List<Key> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(UNVALIDATED)) {
            while (rows.next()) {
                keys.add(new Key(
                        new TableName(rows.getString(1), rows.getString(2)), rows.getString(3), rows.getString(4)));
            }
        }
        return keys;
    }

    private void analyze(Connection target, Set<TableName> tables) throws SQLException {
        List<TableName> bare = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(WITHOUT_STATISTICS)) {
            while (rows.next()) {
                bare.add(new TableName(rows.getString(1), rows.getString(2)));
            }
        }
        bare.retainAll(tables);
        for (TableName table : bare) {
            LOG.info("{}: table {} of the target has no statistics yet and is analyzed", migration, table);
            execute(target, "ANALYZE " + table.quoted());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
