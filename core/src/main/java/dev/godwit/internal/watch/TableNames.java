package dev.godwit.internal.watch;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The present names of tables, for messages. */
final class TableNames {

    private TableNames() {}

    static Map<Long, String> read(Connection source, Set<Long> ids) throws SQLException {
        Map<Long, String> names = new HashMap<>();
        try (PreparedStatement query = source.prepareStatement("SELECT c.oid::bigint, n.nspname || '.' || c.relname"
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.oid::bigint = ANY (?)")) {
            query.setArray(1, source.createArrayOf("int8", ids.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.put(row.getLong(1), row.getString(2));
                }
            }
        }
        return names;
    }
}
