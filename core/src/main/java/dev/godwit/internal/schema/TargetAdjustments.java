package dev.godwit.internal.schema;

import dev.godwit.internal.state.Ownership;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import dev.godwit.schema.Trigger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * What has to differ on the target while changes are applied, and is put back at the cutover: triggers that would fire
 * under {@code session_replication_role = replica} are disabled, since their effects arrive as changes of their own;
 * identity columns that are GENERATED ALWAYS become BY DEFAULT, since the server updates no others.
 */
public final class TargetAdjustments {
    /** From here on identity belongs to a partitioned table as a whole and cannot be altered on a partition. */
    private static final int INHERITED_IDENTITY = 17;

    /** Statements that are sent at once: what they answer has to fit into the socket's buffers. */
    private static final int AT_ONCE = 25;

    /** Rules that fire under {@code session_replication_role = replica}. */
    private static final String ARMED_RULES = """
            SELECT n.nspname, c.relname, format('rule %I.%I.%I', n.nspname, c.relname, r.rulename),
                   format('ALTER TABLE %I.%I DISABLE RULE %I', n.nspname, c.relname, r.rulename),
                   format('ALTER TABLE %I.%I ENABLE %s RULE %I', n.nspname, c.relname,
                          CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END, r.rulename)
              FROM pg_catalog.pg_rewrite r
              JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE r.ev_enabled IN ('A', 'R') AND c.relkind IN ('r', 'p')
             ORDER BY 1, 2, 3
            """;

    private final String migration;
    private final Ownership ownership;

    public TargetAdjustments(String migration, Ownership ownership) {
        this.migration = migration;
        this.ownership = ownership;
    }

    /** Makes the adjustments that are missing, and remembers how to put them back; the caller commits. */
    public void adjust(Connection target, Catalog catalog) throws SQLException {
        for (Trigger trigger : catalog.triggers()) {
            if (trigger.firesInReplicaRole()) {
                adjust(
                        target,
                        "trigger " + trigger.table() + "." + trigger.name(),
                        trigger.disableSql(),
                        trigger.restoreSql());
            }
        }
        adjustRules(target, catalog);
        for (Table table : catalog.tables()) {
            if (!(table.isPartition() && catalog.majorVersion() >= INHERITED_IDENTITY)) {
                adjustIdentity(target, table);
            }
        }
        ownership.require(target);
    }

    /** COPY goes past rules, the statements that apply changes do not. */
    private void adjustRules(Connection target, Catalog catalog) throws SQLException {
        Set<TableName> tables = catalog.tables().stream().map(Table::name).collect(Collectors.toSet());
        List<String[]> armed = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(ARMED_RULES)) {
            while (rows.next()) {
                if (tables.contains(new TableName(rows.getString(1), rows.getString(2)))) {
                    armed.add(new String[] {rows.getString(3), rows.getString(4), rows.getString(5)});
                }
            }
        }
        for (String[] rule : armed) {
            adjust(target, rule[0], rule[1], rule[2]);
        }
    }

    private void adjustIdentity(Connection target, Table table) throws SQLException {
        for (Column column : table.columns()) {
            if (column.identity() == Column.Identity.ALWAYS) {
                String alter = "ALTER TABLE " + table.name().quoted() + " ALTER COLUMN " + quoted(target, column.name())
                        + " SET GENERATED ";
                adjust(
                        target,
                        "identity " + table.name() + "." + column.name(),
                        alter + "BY DEFAULT",
                        alter + "ALWAYS");
            }
        }
    }

    private static String quoted(Connection connection, String identifier) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(identifier);
    }

    private void adjust(Connection target, String id, String sql, String restoreSql) throws SQLException {
        try (PreparedStatement statement =
                        target.prepareStatement("INSERT INTO godwit.adjustment (migration, id, restore_sql)"
                                + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
                Statement ddl = target.createStatement()) {
            ddl.execute(sql);
            statement.setString(1, migration);
            statement.setString(2, id);
            statement.setString(3, restoreSql);
            statement.executeUpdate();
        }
    }

    /** Puts everything back, in the caller's transaction. */
    public void restore(Connection target) throws SQLException {
        restore(target, toRestore(target));
    }

    /** Gives what puts everything back. */
    public List<String> toRestore(Connection target) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (PreparedStatement query =
                target.prepareStatement("SELECT restore_sql FROM godwit.adjustment WHERE migration = ? ORDER BY id")) {
            query.setString(1, migration);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    statements.add(rows.getString(1));
                }
            }
        }
        return statements;
    }

    /** Puts back what was read before, in the caller's transaction. */
    public void restore(Connection target, List<String> statements) throws SQLException {
        try (Statement ddl = target.createStatement()) {
            for (int from = 0; from < statements.size(); from += AT_ONCE) {
                ddl.execute(String.join(";\n", statements.subList(from, Math.min(statements.size(), from + AT_ONCE))));
            }
        }
    }
}
