package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the columns of all tables at once. */
final class ColumnReader {

    private final CatalogQuery query;

    ColumnReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(long table, Column column) {}

    /** Gives the columns by the oid of their table, in the order of their numbers. */
    Map<Long, List<Column>> read() throws SQLException {
        String generated = query.since(12, "a.attgenerated", "''");
        List<Row> rows = query.list(
                """
                SELECT a.attrelid, a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid,
                       a.attnotnull, a.attidentity, %s, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
                            THEN (SELECT pg_catalog.format('%%I.%%I', cn.nspname, co.collname)
                                  FROM pg_catalog.pg_collation co
                                  JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                                  WHERE co.oid = a.attcollation) END,
                       CASE WHEN a.attstorage <> t.typstorage
                            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                 WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END END,
                       %s, COALESCE(a.attstattarget, -1), a.attoptions, a.attislocal
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND %s
                ORDER BY a.attrelid, a.attnum
                """.formatted(
                        generated,
                        query.since(14, "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END", "NULL"),
                        CatalogQuery.USER_SCHEMA),
                ColumnReader::row);
        Map<Long, List<Column>> columns = new HashMap<>();
        for (Row row : rows) {
            columns.computeIfAbsent(row.table(), oid -> new ArrayList<>()).add(row.column());
        }
        return columns;
    }

    private static Row row(ResultSet row) throws SQLException {
        Column.Attributes attributes = new Column.Attributes(
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getInt(13),
                CatalogQuery.strings(row, 14),
                row.getBoolean(15));
        Column column = new Column(
                row.getString(2),
                row.getInt(3),
                row.getString(4),
                row.getLong(5),
                row.getBoolean(6),
                identity(row.getString(7)),
                generated(row.getString(8)),
                row.getString(9),
                attributes);
        return new Row(row.getLong(1), column);
    }

    private static Column.Identity identity(String attidentity) {
        return switch (attidentity) {
            case "" -> Column.Identity.NONE;
            case "a" -> Column.Identity.ALWAYS;
            case "d" -> Column.Identity.BY_DEFAULT;
            default -> throw new IllegalArgumentException("Unknown attidentity " + attidentity);
        };
    }

    private static Column.Generated generated(String attgenerated) {
        return switch (attgenerated) {
            case "" -> Column.Generated.NONE;
            case "s" -> Column.Generated.STORED;
            case "v" -> Column.Generated.VIRTUAL;
            default -> throw new IllegalArgumentException("Unknown attgenerated " + attgenerated);
        };
    }
}
