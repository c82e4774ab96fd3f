package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads tables of the target, versions 10 to 18. */
final class TargetCatalog {

    private static final String TABLE = "SELECT c.oid::bigint, c.relkind = 'p' FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')";

    /** Domains are followed to their base type, for its casts and operators. */
    private static final String COLUMNS = "WITH RECURSIVE types (attnum, oid) AS ("
            + "SELECT attnum, atttypid FROM pg_catalog.pg_attribute"
            + " WHERE attrelid = ?::bigint::oid AND attnum > 0 AND NOT attisdropped"
            + " UNION ALL SELECT y.attnum, t.typbasetype FROM types y"
            + " JOIN pg_catalog.pg_type t ON t.oid = y.oid WHERE t.typtype = 'd')"
            + " SELECT a.attname, pg_catalog.format_type(t.oid, -1), a.attidentity = 'a', %s,"
            + " CASE WHEN t.typtype = 'e' OR t.oid = 'pg_catalog.varchar'::pg_catalog.regtype THEN 'pg_catalog' ELSE"
            + " (SELECT n.nspname FROM pg_catalog.pg_opclass c"
            + " JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod AND am.amname = 'btree'"
            + " JOIN pg_catalog.pg_amop p ON p.amopfamily = c.opcfamily AND p.amopstrategy = 3"
            + " AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype"
            + " JOIN pg_catalog.pg_operator o ON o.oid = p.amopopr"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace"
            + " WHERE c.opcdefault AND c.opcintype = t.oid LIMIT 1) END,"
            + " t.typarray <> 0 AND t.typdelim = ',' AND t.typcategory <> 'A'"
            + " FROM types y JOIN pg_catalog.pg_type t ON t.oid = y.oid AND t.typtype <> 'd'"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = ?::bigint::oid AND a.attnum = y.attnum"
            + " ORDER BY a.attnum";

    private static final String KEY = "SELECT k.names FROM pg_catalog.pg_index i,"
            + " LATERAL (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.ord) AS names,"
            + " pg_catalog.bool_and(a.attnotnull) AS required"
            + " FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY u (attnum, ord)"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum"
            + " WHERE u.ord <= i.%s) k"
            + " WHERE i.indrelid = ?::bigint::oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indisready"
            + " AND i.indpred IS NULL AND i.indexprs IS NULL AND k.required"
            + " ORDER BY i.indisprimary DESC, i.indnatts, i.indexrelid LIMIT 1";

    private TargetCatalog() {}

    static TargetTable read(Connection connection, RelationName name) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        try (PreparedStatement query = connection.prepareStatement(TABLE)) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new ReplicationException("the source sends changes of table " + name
                            + ", but the target has no such table; create it there, or take it out of the publication");
                }
                long oid = row.getLong(1);
                return new TargetTable(
                        name, row.getBoolean(2), columns(connection, oid, major), key(connection, oid, major));
            }
        }
    }

    private static Map<String, TargetColumn> columns(Connection connection, long oid, int major) throws SQLException {
        Map<String, TargetColumn> columns = new LinkedHashMap<>();
        String sql = COLUMNS.formatted(major >= 12 ? "a.attgenerated <> ''" : "false");
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, oid);
            query.setLong(2, oid);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.put(
                            row.getString(1),
                            new TargetColumn(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getBoolean(4),
                                    row.getBoolean(3),
                                    row.getString(5),
                                    row.getBoolean(6)));
                }
            }
        }
        return columns;
    }

    private static List<String> key(Connection connection, long oid, int major) throws SQLException {
        String sql = KEY.formatted(major >= 11 ? "indnkeyatts" : "indnatts");
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setLong(1, oid);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return List.of();
                }
                Array names = row.getArray(1);
                return List.of((String[]) names.getArray());
            }
        }
    }
}
