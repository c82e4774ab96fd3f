package dev.godwit.internal.watch;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What tells whether a table's rows were changed without a change being sent.
 *
 * @param id its OID
 * @param filenode its file, which a rewrite replaces
 * @param columns its columns, dropped ones included
 * @param membership under what the publication has it, which is another one after it was taken out and put in again; empty if it
 *     is in none
 */
record SourceTable(long id, long filenode, List<Column> columns, String membership) {

    /**
     * A column.
     *
     * @param number its attribute number, never given again
     * @param version the version of its row in the catalog
     * @param filled whether rows from before it was added have a value of it that none of them holds
     * @param name its name
     */
    record Column(int number, String version, boolean filled, String name) {

        static Column parse(String text) {
            String[] parts = text.split(" ", 4);
            return new Column(Integer.parseInt(parts[0]), parts[1], parts[2].equals("t"), parts[3]);
        }

        /** The name comes last, since it may hold anything. */
        @Override
        public String toString() {
            return number + " " + version + " " + (filled ? "t" : "f") + " " + name;
        }
    }

    /** The first version that sends TRUNCATE, and that adds columns with a default without a rewrite. */
    static final int TRUNCATE_SENT = 11;

    private static final String QUERY = """
            SELECT c.oid::bigint, coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint,
                   ARRAY(SELECT a.attnum || ' ' || a.xmin || ' ' || (CASE WHEN %s THEN 't' ELSE 'f' END) || ' ' || a.attname
                           FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum),
                   coalesce((SELECT p.oid || ' ' || p.xmin || ' ' || r.oid
                               FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                              WHERE r.prrelid = c.oid AND p.pubname = ?), '')
              FROM pg_catalog.pg_class c
             WHERE c.oid::bigint = ANY (?) AND c.relkind = 'r'
            """;

    static Map<Long, SourceTable> read(Connection source, String publication, Set<Long> ids) throws SQLException {
        boolean since11 = source.getMetaData().getDatabaseMajorVersion() >= TRUNCATE_SENT;
        Map<Long, SourceTable> tables = new HashMap<>();
        try (PreparedStatement query =
                source.prepareStatement(QUERY.formatted(since11 ? "a.atthasmissing" : "false"))) {
            query.setString(1, publication);
            query.setArray(2, source.createArrayOf("int8", ids.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Array columns = row.getArray(3);
                    tables.put(
                            row.getLong(1),
                            new SourceTable(
                                    row.getLong(1),
                                    row.getLong(2),
                                    columns((String[]) columns.getArray()),
                                    row.getString(4)));
                }
            }
        }
        return tables;
    }

    boolean isPublished() {
        return !membership.isEmpty();
    }

    static List<Column> columns(String[] texts) {
        return Arrays.stream(texts).map(Column::parse).toList();
    }

    /**
     * Tells why rows may have been changed since, without a change being sent. VACUUM FULL, CLUSTER and TRUNCATE replace the
     * file as well, but no column; a statement that rewrites values changes a column's row in the catalog. Both together
     * may be either, and are taken for the worse. So is a replaced file alone where TRUNCATE is not sent.
     */
    Optional<String> rewrittenSince(SourceTable before, boolean truncateIsSent) {
        if (before.isPublished() && !membership.equals(before.membership())) {
            return Optional.of(
                    "the publication was altered, or made anew, or it was taken out of it, so changes may not have been sent");
        }
        Map<Integer, Column> known =
                before.columns().stream().collect(Collectors.toMap(Column::number, column -> column));
        Set<String> names = new HashSet<>();
        before.columns().forEach(column -> names.add(column.name()));
        for (Column column : columns) {
            if (!known.containsKey(column.number())) {
                if (column.filled()) {
                    return Optional.of(
                            "column \"" + column.name() + "\" was added with a default, which its rows have now");
                }
                if (names.contains(column.name())) {
                    return Optional.of("column \"" + column.name() + "\" was dropped and added again");
                }
            }
        }
        if (filenode != before.filenode() && !columns.equals(before.columns())) {
            return Optional.of("it was rewritten while its columns were changed");
        }
        if (filenode != before.filenode() && !truncateIsSent) {
            return Optional.of("its file was replaced, by TRUNCATE, which the stream of version 10 does not tell, or by"
                    + " VACUUM FULL or CLUSTER, which change no row");
        }
        return Optional.empty();
    }
}
