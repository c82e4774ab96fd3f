package dev.godwit.internal.copy;

import dev.godwit.internal.plan.CopySettings;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.postgresql.core.Utils;

/**
 * Parts large tables, so that several workers copy one of them: by ranges of ctid where the server reads such a range alone (14 and
 * newer), else by ranges of the primary key, through its index, if its types are ordered by operators of the server itself. Under one
 * snapshot both are fixed.
 *
 * <p>A table that is parted is not frozen, and has to be vacuumed later; so only those are parted by themselves that would keep one
 * worker busy long after the others have nothing left.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ddl-system-columns.html">PostgreSQL manual: ctid</a>
 */
final class Splitter {
    private static final int TID_RANGE_SCANS = 140_000;
    private static final long WORTH_SPLITTING = 256L << 20;
    /** What rows that are not frozen cost more when they are copied and vacuumed, as a part of what copying a table costs. */
    private static final double PRICE = 0.5;

    private static final long LARGEST_CHUNK = 4L << 30;
    private static final int MOST_CHUNKS = 10_000;
    /** Parts for each worker, so that they end at about the same time. */
    private static final int CHUNKS_PER_WORKER = 4;
    /** Rows that are looked at to find boundaries among keys, for each chunk. */
    private static final int SAMPLE_PER_CHUNK = 200;

    /**
     * Whether one of the columns is of a type that an extension, or a user, has defined the order of. The search path is empty, so that
     * conditions name the operators of pg_catalog, as for text, while the boundaries follow the type's own order.
     */
    private static final String ORDERED_BY_OTHERS = """
            WITH RECURSIVE base (type) AS (
                SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = ?::regclass AND attname = ANY (?::text[])
                UNION
                SELECT t.typbasetype FROM base JOIN pg_catalog.pg_type t ON t.oid = base.type AND t.typtype = 'd')
            SELECT EXISTS (
                SELECT FROM base
                  JOIN pg_catalog.pg_opclass c ON c.opcintype = base.type AND c.opcdefault
                  JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod AND am.amname = 'btree'
                  JOIN pg_catalog.pg_amop p ON p.amopfamily = c.opcfamily
                       AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype
                  JOIN pg_catalog.pg_operator o ON o.oid = p.amopopr
                  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                 WHERE n.nspname <> 'pg_catalog')
            """;

    private final CopySettings settings;
    private final long total;

    /**
     * Makes a splitter.
     *
     * @param total bytes of the rows of all tables that are to be copied
     */
    Splitter(CopySettings settings, long total) {
        this.settings = settings;
        this.total = total;
    }

    /** Gives how many parts a table is worth; 1 if it stays whole. */
    int chunks(Table table) {
        long bytes = table.size().dataBytes();
        if (table.configuration().isPresent()) {
            return 1;
        }
        long chunk = settings.splitBytes();
        if (chunk == 0) {
            if (bytes < WORTH_SPLITTING || !endsEarlier(bytes)) {
                return 1;
            }
            chunk = Math.min(LARGEST_CHUNK, bytes / ((long) settings.workers() * CHUNKS_PER_WORKER));
        }
        return (int) Math.max(1, Math.min(MOST_CHUNKS, bytes / chunk));
    }

    /** Tells whether all tables are copied earlier if all workers copy one of them in parts, at a higher price, than if one does. */
    private boolean endsEarlier(long bytes) {
        return bytes > (total + PRICE * bytes) / settings.workers();
    }

    /** Gives the conditions that part a table, none if it cannot be parted. The session sees the snapshot. */
    List<String> conditions(Connection source, Table table, int chunks) throws SQLException {
        if (version(source) >= TID_RANGE_SCANS) {
            return ranges("ctid", boundariesByPage(source, table.name(), chunks));
        }
        if (table.primaryKey().isEmpty() || isOrderedByOthers(source, table)) {
            return List.of();
        }
        // Where rows do not lie in the order of the key, each part may read all of the table's pages.
        int few = Math.min(chunks, 2 * settings.workers());
        return ranges("(" + columns(table.primaryKey()) + ")", boundariesByKey(source, table, few));
    }

    private static boolean isOrderedByOthers(Connection source, Table table) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(ORDERED_BY_OTHERS)) {
            query.setString(1, table.name().quoted());
            query.setArray(2, source.createArrayOf("text", table.primaryKey().toArray()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static int version(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version_num")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static List<String> boundariesByPage(Connection source, TableName table, int chunks) throws SQLException {
        long pages;
        try (PreparedStatement query = source.prepareStatement(
                "SELECT pg_relation_size(?::regclass) / current_setting('block_size')::bigint")) {
            query.setString(1, table.quoted());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                pages = row.getLong(1);
            }
        }
        long step = Math.max(1, pages / chunks);
        return IntStream.range(1, chunks)
                .mapToLong(i -> i * step)
                .filter(page -> page < pages)
                .mapToObj(page -> "'(" + page + ",0)'::tid")
                .toList();
    }

    /** Gives keys that part a sample of the rows evenly. */
    private static List<String> boundariesByKey(Connection source, Table table, int chunks) throws SQLException {
        String key = columns(table.primaryKey());
        double share =
                100.0 * SAMPLE_PER_CHUNK * chunks / Math.max(1, table.size().estimatedRows());
        String sample = share < 100 ? " TABLESAMPLE SYSTEM (" + share + ") REPEATABLE (1)" : "";
        List<String> boundaries = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT ON (godwit_part) " + literal(table)
                        + " FROM (SELECT "
                        + key + ", ntile(" + chunks + ") OVER (ORDER BY " + key + ") AS godwit_part FROM ONLY "
                        + table.name().quoted() + sample + ") s WHERE godwit_part > 1 ORDER BY godwit_part, " + key)) {
            while (rows.next()) {
                boundaries.add(rows.getString(1));
            }
        }
        return boundaries;
    }

    /** An expression that writes a row's key as it stands in SQL. */
    private static String literal(Table table) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (String name : table.primaryKey()) {
            String type = table.column(name).orElseThrow().type();
            parts.add("quote_literal(" + columns(List.of(name)) + "::text) || '::" + type.replace("'", "''") + "'");
        }
        return "'(' || " + String.join(" || ', ' || ", parts) + " || ')'";
    }

    private static String columns(List<String> names) throws SQLException {
        StringBuilder list = new StringBuilder();
        for (String name : names) {
            list.append(list.isEmpty() ? "" : ", ");
            Utils.escapeIdentifier(list, name);
        }
        return list.toString();
    }

    private static List<String> ranges(String what, List<String> boundaries) {
        if (boundaries.isEmpty()) {
            return List.of();
        }
        List<String> ranges = new ArrayList<>();
        ranges.add(what + " < " + boundaries.get(0));
        for (int i = 1; i < boundaries.size(); i++) {
            ranges.add(what + " >= " + boundaries.get(i - 1) + " AND " + what + " < " + boundaries.get(i));
        }
        ranges.add(what + " >= " + boundaries.get(boundaries.size() - 1));
        return ranges;
    }
}
