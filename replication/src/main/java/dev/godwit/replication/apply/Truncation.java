package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Empties tables, in one statement as far as the server does that. It truncates none to which another refers that is not truncated with
 * it: an unlogged one (of which the stream tells nothing), a partitioned one (of whose partitions it tells), or one whose copy holds
 * what the TRUNCATE has left. What these refer to is emptied by DELETE, which foreign keys do not hinder here.
 *
 * <p>A logged table of the target alone is the user's: the server's refusal stands, so that its rows do not come to refer to nothing.
 */
final class Truncation {

    /** Which of the tables, partitioned ones with their partitions, are referred to by which: by their numbers, or by who is none. */
    private static final String REFERENCES = "WITH RECURSIVE emptied (root, oid) AS ("
            + "SELECT w.ord, c.oid FROM unnest(?::text[], ?::text[]) WITH ORDINALITY w (nspname, relname, ord)"
            + " JOIN pg_catalog.pg_namespace n ON n.nspname = w.nspname"
            + " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname"
            + " UNION ALL SELECT e.root, i.inhrelid FROM emptied e JOIN pg_catalog.pg_class p ON p.oid = e.oid AND p.relkind = 'p'"
            + " JOIN pg_catalog.pg_inherits i ON i.inhparent = e.oid)"
            + " SELECT DISTINCT e.root - 1, r.root - 1, n.nspname, c.relname, c.relkind = 'p' OR c.relpersistence = 'u'"
            + " FROM emptied e JOIN pg_catalog.pg_constraint f ON f.confrelid = e.oid AND f.contype = 'f'"
            + " JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " LEFT JOIN emptied r ON r.oid = f.conrelid WHERE r.root IS DISTINCT FROM e.root";

    private static final String SEQUENCES = "SELECT n.nspname, s.relname FROM pg_catalog.pg_depend d"
            + " JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace"
            + " JOIN pg_catalog.pg_class c ON c.oid = d.refobjid JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace"
            + " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
            + " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')"
            + " AND d.refobjsubid > 0 AND m.nspname = ? AND c.relname = ?";

    private final Connection connection;
    /** All tables of the migration: another stream, or a copy, may have what this one does not tell of them. */
    private final Set<RelationName> known;

    Truncation(Connection connection, Set<RelationName> known) {
        this.connection = connection;
        this.known = known;
    }

    void run(List<TargetTable> tables, boolean restartIdentity) throws SQLException {
        Set<Integer> deleted = referenced(tables);
        List<TargetTable> truncated = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            if (deleted.contains(i)) {
                delete(tables.get(i), restartIdentity);
            } else {
                truncated.add(tables.get(i));
            }
        }
        if (!truncated.isEmpty()) {
            execute("TRUNCATE TABLE "
                    + truncated.stream().map(TargetTable::only).collect(Collectors.joining(", "))
                    + (restartIdentity ? " RESTART IDENTITY" : ""));
        }
    }

    /** Gives which of the tables cannot be truncated with the others; none if the server should say what stands in the way. */
    private Set<Integer> referenced(List<TargetTable> tables) throws SQLException {
        Set<Integer> outside = new HashSet<>();
        Map<Integer, Set<Integer>> references = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(REFERENCES)) {
            query.setArray(
                    1, texts(tables.stream().map(table -> table.name().schema()).toList()));
            query.setArray(
                    2, texts(tables.stream().map(table -> table.name().name()).toList()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    int table = row.getInt(1);
                    int referring = row.getInt(2);
                    if (!row.wasNull()) {
                        references
                                .computeIfAbsent(referring, key -> new HashSet<>())
                                .add(table);
                    } else if (row.getBoolean(5)
                            || known.contains(new RelationName(row.getString(3), row.getString(4)))) {
                        outside.add(table);
                    } else {
                        return Set.of();
                    }
                }
            }
        }
        return withReferenced(outside, references);
    }

    /** What is not truncated with the others stands in the way of those that it refers to. */
    private static Set<Integer> withReferenced(Set<Integer> first, Map<Integer, Set<Integer>> references) {
        Set<Integer> all = new HashSet<>();
        List<Integer> open = new ArrayList<>(first);
        while (!open.isEmpty()) {
            Integer table = open.remove(open.size() - 1);
            if (all.add(table)) {
                open.addAll(references.getOrDefault(table, Set.of()));
            }
        }
        return all;
    }

    private void delete(TargetTable table, boolean restartIdentity) throws SQLException {
        execute("DELETE FROM " + table.only());
        if (!restartIdentity) {
            return;
        }
        List<String> sequences = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SEQUENCES)) {
            query.setString(1, table.name().schema());
            query.setString(2, table.name().name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sequences.add(new RelationName(row.getString(1), row.getString(2)).quoted());
                }
            }
        }
        for (String sequence : sequences) {
            execute("ALTER SEQUENCE " + sequence + " RESTART");
        }
    }

    private Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
