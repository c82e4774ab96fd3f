package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Collations. */
final class CollationReader implements ObjectReader {

    private final CatalogQuery query;

    CollationReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        // Before 15 the locale of an ICU collation stands in collcollate, since 17 colllocale serves builtin ones too.
        String locale = query.since(17, "c.colllocale", query.since(15, "c.colliculocale", "NULL::text"));
        return query.list(
                """
                SELECT c.oid, %1$s,
                       format('CREATE COLLATION %%I.%%I (provider = %%s', n.nspname, c.collname,
                              CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                                   ELSE 'default' END)
                       || CASE WHEN c.collprovider <> 'c' THEN format(', locale = %%L', COALESCE(%2$s, c.collcollate::text))
                               WHEN c.collcollate = c.collctype THEN format(', locale = %%L', c.collcollate)
                               ELSE format(', lc_collate = %%L, lc_ctype = %%L', c.collcollate, c.collctype) END
                       || CASE WHEN %3$s THEN '' ELSE ', deterministic = false' END
                       || COALESCE(', rules = ' || quote_literal(%4$s), '') || ');'
                FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                WHERE %5$s AND NOT %6$s
                """.formatted(
                                SqlText.identity("pg_collation", "c.oid"),
                                locale,
                                query.since(12, "c.collisdeterministic", "true"),
                                query.since(16, "NULLIF(c.collicurules, '')", "NULLIF('', '')"),
                                CatalogQuery.USER_SCHEMA,
                                CatalogQuery.memberOfExtension("pg_collation", "c.oid")),
                row -> SchemaObject.of(
                        ObjectKind.COLLATION,
                        new ObjectId(ObjectId.COLLATION, row.getLong(1)),
                        row.getString(2),
                        row.getString(3)));
    }
}
