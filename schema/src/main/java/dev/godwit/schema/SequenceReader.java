package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all sequences but temporary ones and those of extensions. Of the latter it reads those that an extension has marked as
 * configuration, and those that belong to columns of tables so marked.
 */
final class SequenceReader {

    private final CatalogQuery query;

    SequenceReader(CatalogQuery query) {
        this.query = query;
    }

    List<Sequence> read() throws SQLException {
        return query.list(
                """
                SELECT c.oid, n.nspname, c.relname, c.relpersistence = 'u', pg_catalog.format_type(s.seqtypid, NULL),
                       s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                       tn.nspname, t.relname, a.attname, d.deptype = 'i', %2$s
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                    AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
                    AND d.deptype IN ('a', 'i')
                LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE c.relpersistence <> 't' AND %1$s AND (NOT %2$s
                    OR EXISTS (SELECT FROM pg_catalog.pg_extension x
                                WHERE c.oid = ANY (x.extconfig) OR t.oid = ANY (x.extconfig)))
                ORDER BY 2, 3
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_class", "c.oid")),
                SequenceReader::sequence);
    }

    private static Sequence sequence(ResultSet row) throws SQLException {
        Sequence.Options options = new Sequence.Options(
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getBoolean(11));
        return new Sequence(
                row.getLong(1),
                new TableName(row.getString(2), row.getString(3)),
                options,
                row.getBoolean(4),
                owner(row),
                row.getBoolean(16));
    }

    private static Sequence.@Nullable Owner owner(ResultSet row) throws SQLException {
        @Nullable String schema = row.getString(12);
        if (schema == null) {
            return null;
        }
        return new Sequence.Owner(new TableName(schema, row.getString(13)), row.getString(14), row.getBoolean(15));
    }
}
