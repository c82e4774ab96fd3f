package dev.godwit.internal.engine;

import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Indexes that the target's server has made because partitions were attached to parents that have them. They get the names that they have
 * on the source, and the steps of the schema's plan that would make them are told, so that only what a partition has of its own is left.
 *
 * @param partitions those attached
 * @see <a href="https://www.postgresql.org/docs/current/sql-altertable.html">PostgreSQL manual: ALTER TABLE, ATTACH PARTITION</a>
 */
record AttachedPartitions(Connection source, Connection target, Collection<TableName> partitions) {
    private static final String KEY = "key ";
    private static final String INDEX = "index ";
    private static final String ATTACHMENT = "index attach ";

    /** Names are quoted. */
    private static final String INDEXES = """
            SELECT format('%I.%I', n.nspname, t.relname), quote_ident(n.nspname), quote_ident(c.relname),
                   (SELECT format('%I on %I.%I', k.conname, n.nspname, t.relname) FROM pg_catalog.pg_constraint k
                     WHERE k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')),
                   (SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_catalog.pg_inherits h
                      JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
                      JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                     WHERE h.inhrelid = c.oid)
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
             WHERE (n.nspname::text, t.relname::text) IN (SELECT * FROM unnest(?::text[], ?::text[]))
             ORDER BY 1, 3
            """;

    /** An index of a partition, with the constraint that it stands for, and the parent's index that it belongs to. */
    private record Index(
            String table,
            String schema,
            String shortName,
            @Nullable String key,
            @Nullable String parent) {

        String name() {
            return schema + "." + shortName;
        }

        boolean belongsTogether(Index other) {
            return parent != null && parent.equals(other.parent) && table.equals(other.table);
        }
    }

    /** Whether a step may be one of {@link #made()}, and so has to wait until all partitions are there. */
    static boolean mayBeMade(String step) {
        return step.startsWith(KEY) || step.startsWith(INDEX);
    }

    /**
     * Gives the steps that were done by attaching, and those that would attach an index to one that the parent does not have on the
     * target.
     */
    Set<String> made() throws SQLException {
        Set<String> made = new HashSet<>();
        if (partitions.isEmpty()) {
            return made;
        }
        List<Index> there = read(source);
        List<Index> here = nameAlike(there);
        for (Index index : there) {
            if (index.parent() != null) {
                boolean isMade = here.stream().anyMatch(index::belongsTogether);
                if (isMade) {
                    made.add(index.key() == null ? INDEX + index.name() : KEY + index.key());
                }
                // A parent that is a partition itself, and has an index of its own, is about to get it.
                if (isMade || there.stream().noneMatch(other -> other.name().equals(index.parent()))) {
                    made.add(ATTACHMENT + index.name());
                }
            }
        }
        return made;
    }

    /** In rounds, from the top down: the parent's index may be one that has to be renamed itself. */
    private List<Index> nameAlike(List<Index> there) throws SQLException {
        List<Index> here = read(target);
        Map<Index, String> names = otherNames(there, here);
        while (!names.isEmpty()) {
            List<String> aside = new ArrayList<>();
            List<String> back = new ArrayList<>();
            names.forEach((index, name) -> {
                String between = "godwit_rename_" + aside.size();
                aside.add("ALTER INDEX " + index.name() + " RENAME TO " + between + ";");
                back.add("ALTER INDEX " + index.schema() + "." + between + " RENAME TO " + name + ";");
            });
            try (Statement statement = target.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(String.join("\n", aside) + "\n" + String.join("\n", back));
            }
            here = read(target);
            names = otherNames(there, here);
        }
        return here;
    }

    private static Map<Index, String> otherNames(List<Index> there, List<Index> here) {
        Map<Index, String> names = new LinkedHashMap<>();
        for (Index index : here) {
            there.stream()
                    .filter(index::belongsTogether)
                    .filter(other -> !other.shortName().equals(index.shortName()))
                    .forEach(other -> names.put(index, other.shortName()));
        }
        return names;
    }

    private List<Index> read(Connection connection) throws SQLException {
        List<Index> indexes = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(INDEXES)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text", partitions.stream().map(TableName::schema).toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf(
                            "text", partitions.stream().map(TableName::name).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    indexes.add(new Index(
                            row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
        }
        return indexes;
    }
}
