package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the tables whose rows are spread over several appliers: those that make up a good part of the database, and whose rows
 * have nothing to do with one another, that is, no unique or exclusion constraint but a primary key of types whose values are
 * equal only if their texts are. Used by the applying thread.
 */
final class SplitTables {

    private static final String CANDIDATES = "SELECT n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid), k.names"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " LEFT JOIN LATERAL (SELECT pg_catalog.array_agg(a.attname::text) AS names"
            + " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid"
            + " AND a.attnum = ANY ((i.indkey::int2[])[0:i.%s - 1]) WHERE i.indrelid = c.oid AND i.indisprimary"
            + " HAVING pg_catalog.bool_and(a.atttypid = ANY (ARRAY['int2', 'int4', 'int8', 'uuid', 'text', 'varchar', 'date',"
            + " 'timestamp', 'timestamptz']::pg_catalog.regtype[]::pg_catalog.oid[]) AND %s)) k ON"
            + " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid"
            + " AND (i.indisunique OR i.indisexclusion)) = 1"
            + " WHERE c.relkind = 'r'";

    private static final String DETERMINISTIC = "coalesce((SELECT o.collisdeterministic FROM pg_catalog.pg_collation o"
            + " WHERE o.oid = a.attcollation), true)";

    /** Tables that the source sends in a way that does not go with it. */
    private final Set<RelationName> excluded = new HashSet<>();

    void exclude(RelationName table) {
        excluded.add(table);
    }

    /** Tells whether the rows of a table tell their keys, with every change, in the columns that they are spread by. */
    static boolean isFit(TableMapping mapping, PgOutputMessage.Relation relation, List<String> key) {
        Set<String> told = new HashSet<>();
        Set<String> sent = new HashSet<>();
        for (RelationColumn column : relation.columns()) {
            sent.add(column.name());
            if (column.partOfKey()) {
                told.add(column.name());
            }
        }
        boolean known = relation.replicaIdentity() == ReplicaIdentity.FULL
                ? sent.containsAll(key)
                : told.equals(new HashSet<>(key));
        return known && !mapping.hasColumnsOfItsOwn() && mapping.locatedBy().length > 0;
    }

    /** Spreads tables over appliers, as it fits them now. */
    Routing routing(Connection target, Collection<RelationName> tables, int appliers) throws SQLException {
        Map<RelationName, Long> sizes = new HashMap<>();
        Map<RelationName, List<String>> keys = new HashMap<>();
        int major = target.getMetaData().getDatabaseMajorVersion();
        // Columns that a key only includes (since 11) are no part of it.
        String sql =
                CANDIDATES.formatted(major >= 11 ? "indnkeyatts" : "indnatts", major >= 12 ? DETERMINISTIC : "true");
        try (PreparedStatement query = target.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                RelationName name = new RelationName(row.getString(1), row.getString(2));
                if (tables.contains(name)) {
                    sizes.put(name, row.getLong(3));
                    if (row.getArray(4) != null && !excluded.contains(name)) {
                        keys.put(name, List.of((String[]) row.getArray(4).getArray()));
                    }
                }
            }
        }
        long total = sizes.values().stream().mapToLong(Long::longValue).sum();
        keys.keySet().removeIf(name -> sizes.getOrDefault(name, 0L) * 2 * appliers < total);
        return new Routing(appliers, Map.copyOf(keys));
    }
}
