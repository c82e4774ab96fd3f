package dev.godwit.demo.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Checks that no sequence of the new server can hand out a number a second time. */
public final class Sequences {

    private static final String POSITIONS = """
            SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value - increment_by) AS last
            FROM pg_catalog.pg_sequences WHERE schemaname = 'public'""";

    /** Serial and identity columns alike: both kinds of sequence depend on their column. */
    private static final String OWNED = """
            SELECT format('%I.%I', sn.nspname, s.relname) AS sequence, format('%I.%I', tn.nspname, t.relname) AS table_name,
                quote_ident(a.attname) AS column_name
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
            JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
            JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') AND sn.nspname = 'public'""";

    private Sequences() {}

    /** Not behind the source, and not behind the highest number in its column. */
    public static Finding ahead(DataSource source, DataSource target) throws SQLException {
        List<String> behind = new ArrayList<>();
        Map<String, Long> before = positions(source);
        Map<String, Long> after = positions(target);
        before.forEach((name, last) -> {
            Long there = after.get(name);
            if (there == null || there < last) {
                behind.add(name + " was at " + last + " and is at " + there);
            }
        });
        try (Connection connection = target.getConnection()) {
            behind.addAll(behindTheirColumns(connection, after));
        }
        boolean holds = behind.isEmpty() && !before.isEmpty();
        return new Finding("sequences ahead", holds, holds ? before.size() + " sequences" : String.join("; ", behind));
    }

    private static Map<String, Long> positions(DataSource server) throws SQLException {
        Map<String, Long> positions = new TreeMap<>();
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(POSITIONS)) {
            while (rows.next()) {
                positions.put(rows.getString("name"), rows.getLong("last"));
            }
        }
        return positions;
    }

    private static List<String> behindTheirColumns(Connection connection, Map<String, Long> positions)
            throws SQLException {
        List<String> behind = new ArrayList<>();
        try (Statement outer = connection.createStatement();
                Statement inner = connection.createStatement();
                ResultSet owned = outer.executeQuery(OWNED)) {
            while (owned.next()) {
                String column = owned.getString("column_name");
                String table = owned.getString("table_name");
                try (ResultSet highest = inner.executeQuery("SELECT coalesce(max(" + column + "), 0) FROM " + table)) {
                    highest.next();
                    Long last = positions.get(owned.getString("sequence"));
                    if (last == null || last < highest.getLong(1)) {
                        behind.add(
                                table + "." + column + " has " + highest.getLong(1) + ", its sequence is at " + last);
                    }
                }
            }
        }
        return behind;
    }
}
