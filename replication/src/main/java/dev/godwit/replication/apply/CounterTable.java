package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * How many changes of each table were applied: the table {@code godwit.apply_counter} of the target.
 *
 * <p>It is written by the statement that advances the position in {@link ProgressTable}, so it holds each change of the source
 * once, exactly those before the position: whatever is applied again after a failure had not been counted, and what some of several
 * appliers had committed before a batch was broken off is counted by the session that completes it. Immutable; any thread may use
 * it with its own connection.
 */
public final class CounterTable {

    /** Rows are updated with each batch; with room on the page the indexes need not be. */
    static final String CREATE = "CREATE TABLE IF NOT EXISTS godwit.apply_counter (migration text NOT NULL,"
            + " schema_name text NOT NULL, table_name text NOT NULL, inserts bigint NOT NULL, updates bigint NOT NULL,"
            + " deletes bigint NOT NULL, truncates bigint NOT NULL, conflicts bigint NOT NULL,"
            + " changed timestamptz NOT NULL, PRIMARY KEY (migration, schema_name, table_name))"
            + " WITH (fillfactor = 50)";

    /** Goes before another statement, to be sent with it; takes 8 parameters. */
    static final String ADD =
            "WITH counted AS (INSERT INTO godwit.apply_counter AS c (migration, schema_name, table_name,"
                    + " inserts, updates, deletes, truncates, conflicts, changed)"
                    + " SELECT ?, a.*, pg_catalog.now() FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[],"
                    + " ?::bigint[], ?::bigint[], ?::bigint[]) a"
                    + " ON CONFLICT (migration, schema_name, table_name) DO UPDATE SET inserts = c.inserts + excluded.inserts,"
                    + " updates = c.updates + excluded.updates, deletes = c.deletes + excluded.deletes,"
                    + " truncates = c.truncates + excluded.truncates, conflicts = c.conflicts + excluded.conflicts,"
                    + " changed = excluded.changed) ";

    static final int PARAMETERS = 8;

    private final String migration;

    private CounterTable(String migration) {
        this.migration = migration;
    }

    /**
     * Gives the counters of a migration.
     *
     * @param migration the name under which its position is stored
     * @return the counters
     */
    public static CounterTable of(String migration) {
        return new CounterTable(migration);
    }

    /**
     * Creates the table if it does not exist; schema {@code godwit} must.
     *
     * @param target a session on the target
     * @throws SQLException if the server refuses
     */
    public static void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** Binds the parameters of {@link #ADD}, the first ones of a statement. */
    void bind(PreparedStatement statement, Map<RelationName, ChangeCounts> added) throws SQLException {
        Connection target = statement.getConnection();
        List<Map.Entry<RelationName, ChangeCounts>> entries = List.copyOf(added.entrySet());
        statement.setString(1, migration);
        statement.setArray(
                2,
                target.createArrayOf(
                        "text",
                        entries.stream().map(entry -> entry.getKey().schema()).toArray()));
        statement.setArray(
                3,
                target.createArrayOf(
                        "text",
                        entries.stream().map(entry -> entry.getKey().name()).toArray()));
        int parameter = 4;
        for (ToLongFunction<ChangeCounts> column : List.<ToLongFunction<ChangeCounts>>of(
                ChangeCounts::inserts,
                ChangeCounts::updates,
                ChangeCounts::deletes,
                ChangeCounts::truncates,
                ChangeCounts::conflicts)) {
            long[] values =
                    entries.stream().map(Map.Entry::getValue).mapToLong(column).toArray();
            statement.setObject(parameter++, values);
        }
    }

    /**
     * Reads what was counted so far.
     *
     * @param target a session on the target
     * @return the counts, per table under its name on the target; tables without any are left out
     * @throws SQLException if the server refuses
     */
    public Map<RelationName, ChangeCounts> read(Connection target) throws SQLException {
        Map<RelationName, ChangeCounts> counts = new HashMap<>();
        try (PreparedStatement query = target.prepareStatement("SELECT schema_name, table_name, inserts, updates,"
                + " deletes, truncates, conflicts FROM godwit.apply_counter WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    counts.put(
                            new RelationName(row.getString(1), row.getString(2)),
                            new ChangeCounts(
                                    row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)));
                }
            }
        }
        return counts;
    }

    /**
     * Counts for a table under another name from now on. Nobody must be applying.
     *
     * @param target a session on the target
     * @param from its name so far
     * @param to its name, under which nothing was counted
     * @throws SQLException if the server refuses
     */
    public void rename(Connection target, RelationName from, RelationName to) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.apply_counter SET schema_name = ?,"
                + " table_name = ? WHERE migration = ? AND schema_name = ? AND table_name = ?")) {
            update.setString(1, to.schema());
            update.setString(2, to.name());
            update.setString(3, migration);
            update.setString(4, from.schema());
            update.setString(5, from.name());
            update.executeUpdate();
        }
    }
}
