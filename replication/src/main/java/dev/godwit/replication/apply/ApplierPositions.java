package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the further appliers have come, in {@code godwit.applier_progress} of the target: each stores it in the transaction of
 * its changes. They commit before the first applier, so they may be ahead of the migration's position after a crash, never behind.
 */
record ApplierPositions(String migration, long epoch) {

    static final String CREATE = "CREATE TABLE IF NOT EXISTS godwit.applier_progress (migration text NOT NULL,"
            + " applier int NOT NULL, epoch bigint NOT NULL, applied_lsn pg_lsn NOT NULL, appliers int NOT NULL,"
            + " schemas text[] NOT NULL, tables text[] NOT NULL, keys text[] NOT NULL, PRIMARY KEY (migration, applier))";

    private static final String RENAME = "UPDATE godwit.applier_progress p SET (schemas, tables) ="
            + " (SELECT coalesce(pg_catalog.array_agg(CASE WHEN w.renamed THEN w.new_schema ELSE w.s END ORDER BY w.n), '{}'),"
            + " coalesce(pg_catalog.array_agg(CASE WHEN w.renamed THEN w.new_name ELSE w.t END ORDER BY w.n), '{}')"
            + " FROM (SELECT u.s, u.t, u.n, i.new_schema, i.new_name, u.s = i.old_schema AND u.t = i.old_name AS renamed"
            + " FROM (SELECT ?::text, ?::text, ?::text, ?::text) i (new_schema, new_name, old_schema, old_name),"
            + " ROWS FROM (pg_catalog.unnest(p.schemas), pg_catalog.unnest(p.tables)) WITH ORDINALITY u (s, t, n)) w)"
            + " WHERE p.migration = ?";

    /** Between the names of a key's columns; no name has it. */
    private static final String SEPARATOR = "\u0001";

    /**
     * What some appliers have committed that others have not.
     *
     * @param routing how changes were spread over them
     * @param positions every commit before it is applied, of those that are ahead
     */
    record Ahead(Routing routing, Map<Integer, Lsn> positions) {

        static final Ahead NONE = new Ahead(Routing.SINGLE, Map.of());

        boolean isEmpty() {
            return positions.isEmpty();
        }

        Lsn furthest() {
            return positions.values().stream().reduce(Lsn.ZERO, Lsn::max);
        }

        boolean has(int applier, Lsn commitLsn) {
            return positions.getOrDefault(applier, Lsn.ZERO).isAfter(commitLsn);
        }
    }

    /** Gives where the appliers of a migration store their positions, null if there is no place for that. */
    static @Nullable ApplierPositions of(ApplyProgress progress) {
        return progress instanceof ProgressTable table ? table.ofAppliers() : null;
    }

    /**
     * Reads who is ahead of a position, after the end of transactions that may still be committing. From then on the appliers of a
     * former owner cannot commit any more.
     */
    Ahead aheadOf(Connection target, Lsn applied) throws SQLException {
        Map<Integer, Lsn> positions = new TreeMap<>();
        Routing routing = Routing.SINGLE;
        try (PreparedStatement query =
                target.prepareStatement("UPDATE godwit.applier_progress SET epoch = ? WHERE migration = ?"
                        + " RETURNING applier, applied_lsn::text, appliers, schemas, tables, keys")) {
            query.setLong(1, epoch);
            query.setString(2, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Lsn position = Lsn.parse(row.getString(2));
                    if (position.isAfter(applied)) {
                        positions.put(row.getInt(1), position);
                        routing = new Routing(row.getInt(3), keys(row.getArray(4), row.getArray(5), row.getArray(6)));
                    }
                }
            }
        }
        return new Ahead(routing, positions);
    }

    private static Map<RelationName, List<String>> keys(Array schemas, Array tables, Array keys) throws SQLException {
        String[] schemaNames = (String[]) schemas.getArray();
        String[] tableNames = (String[]) tables.getArray();
        String[] keyNames = (String[]) keys.getArray();
        Map<RelationName, List<String>> read = new HashMap<>();
        for (int i = 0; i < tableNames.length; i++) {
            read.put(new RelationName(schemaNames[i], tableNames[i]), List.of(keyNames[i].split(SEPARATOR)));
        }
        return read;
    }

    /** Stores how changes are spread from now on; nobody is ahead. */
    void begin(Connection target, Routing routing, Lsn applied) throws SQLException {
        RelationName[] tables = routing.keys().keySet().toArray(RelationName[]::new);
        try (PreparedStatement upsert = target.prepareStatement("INSERT INTO godwit.applier_progress"
                + " (migration, applier, epoch, applied_lsn, appliers, schemas, tables, keys)"
                + " VALUES (?, ?, ?, ?::pg_lsn, ?, ?, ?, ?) ON CONFLICT (migration, applier) DO UPDATE"
                + " SET epoch = EXCLUDED.epoch, applied_lsn = EXCLUDED.applied_lsn, appliers = EXCLUDED.appliers,"
                + " schemas = EXCLUDED.schemas, tables = EXCLUDED.tables, keys = EXCLUDED.keys")) {
            for (int applier = 1; applier < routing.appliers(); applier++) {
                upsert.setString(1, migration);
                upsert.setInt(2, applier);
                upsert.setLong(3, epoch);
                upsert.setString(4, applied.toString());
                upsert.setInt(5, routing.appliers());
                upsert.setArray(6, texts(target, Arrays.stream(tables).map(RelationName::schema)));
                upsert.setArray(7, texts(target, Arrays.stream(tables).map(RelationName::name)));
                upsert.setArray(
                        8,
                        texts(
                                target,
                                Arrays.stream(tables)
                                        .map(table -> String.join(
                                                SEPARATOR, routing.keys().get(table)))));
                upsert.executeUpdate();
            }
        }
    }

    private static Array texts(Connection target, Stream<String> texts) throws SQLException {
        return target.createArrayOf("text", texts.toArray(String[]::new));
    }

    /** Knows a table that is spread by another name from now on; before anything was applied there is nothing to know. */
    static void rename(Connection target, String migration, RelationName from, RelationName to) throws SQLException {
        try (Statement query = target.createStatement();
                ResultSet row = query.executeQuery("SELECT to_regclass('godwit.applier_progress') IS NOT NULL")) {
            row.next();
            if (!row.getBoolean(1)) {
                return;
            }
        }
        try (PreparedStatement update = target.prepareStatement(RENAME)) {
            update.setString(1, to.schema());
            update.setString(2, to.name());
            update.setString(3, from.schema());
            update.setString(4, from.name());
            update.setString(5, migration);
            update.executeUpdate();
        }
    }

    /** Stores how far an applier has come, in the transaction of its changes. */
    void advance(Connection target, int applier, Lsn applied) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.applier_progress"
                + " SET applied_lsn = ?::pg_lsn WHERE migration = ? AND applier = ? AND epoch = ?"
                + " AND applied_lsn <= ?::pg_lsn")) {
            update.setString(1, applied.toString());
            update.setString(2, migration);
            update.setInt(3, applier);
            update.setLong(4, epoch);
            update.setString(5, applied.toString());
            if (update.executeUpdate() != 1) {
                throw new StaleOwnerException("applier " + applier + " of migration '" + migration + "' with epoch "
                        + epoch + " found no such row: another process has taken the migration over");
            }
        }
    }
}
