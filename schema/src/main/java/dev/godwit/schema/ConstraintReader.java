package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Primary keys, unique and exclusion constraints, and foreign keys; those of a partition too, but for foreign keys. */
final class ConstraintReader implements ObjectReader {

    private static final String LOCK_MODE = " IN SHARE ROW EXCLUSIVE MODE";

    private final CatalogQuery query;

    ConstraintReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>(query.list(
                """
                SELECT c.oid, n.nspname, r.relname, r.relkind, format('%%1$I on %%2$I.%%3$I', c.conname, n.nspname, r.relname),
                       format('ALTER TABLE ONLY %%I.%%I ADD CONSTRAINT %%I %%s;', n.nspname, r.relname, c.conname,
                              -- The options of a partitioned index cannot be set later.
                              CASE WHEN r.relkind = 'p' AND i.reloptions IS NOT NULL
                                   THEN regexp_replace(pg_get_constraintdef(c.oid), '\\)( DEFERRABLE)?( INITIALLY DEFERRED)?$', '')
                                        || format(') WITH (%%s)', %1$s)
                                        || CASE WHEN c.condeferrable THEN ' DEFERRABLE' ELSE '' END
                                        || CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END
                                   ELSE pg_get_constraintdef(c.oid) END),
                       format(E'\\nALTER INDEX %%I.%%I SET (%%s);', n.nspname, i.relname, %1$s),
                       i.reloptions IS NOT NULL AND r.relkind <> 'p'
                FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
                JOIN pg_class i ON i.oid = c.conindid
                WHERE c.contype IN ('p', 'u', 'x') AND %2$s AND %3$s
                """.formatted(
                                SqlText.options("i.reloptions", ""),
                                CatalogQuery.USER_SCHEMA,
                                CatalogQuery.notOfExtensionsRelation("r.oid")),
                ConstraintReader::key));
        objects.addAll(query.list(
                """
                SELECT c.oid, format('%%1$I on %%2$I.%%3$I', c.conname, n.nspname, r.relname),
                       format('LOCK TABLE %%s IN SHARE ROW EXCLUSIVE MODE;',
                              (SELECT string_agg(DISTINCT format('%%I.%%I', ln.nspname, l.relname), ', ')
                               FROM pg_class l JOIN pg_namespace ln ON ln.oid = l.relnamespace
                               WHERE l.oid IN (c.conrelid, c.confrelid))),
                       format(E'\\nALTER TABLE %%s%%I.%%I ADD CONSTRAINT %%I %%s;', CASE r.relkind WHEN 'p' THEN ''
                              ELSE 'ONLY ' END, n.nspname, r.relname, c.conname, pg_get_constraintdef(c.oid))
                FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
                WHERE c.contype = 'f' AND %s AND %s AND %s
                """.formatted(
                                query.since(11, "c.conparentid = 0", "true"),
                                CatalogQuery.USER_SCHEMA,
                                CatalogQuery.notOfExtensionsRelation("r.oid")),
                // Steps run in parallel: locks taken in one order everywhere keep two that point at each other apart.
                row -> SchemaObject.of(
                        ObjectKind.FOREIGN_KEY,
                        new ObjectId(ObjectId.CONSTRAINT, row.getLong(1)),
                        row.getString(2),
                        row.getString(3) + row.getString(4))));
        return objects;
    }

    /** The locks that a foreign key's statements begin with. */
    static Optional<String> locks(String sql) {
        int end = sql.indexOf(LOCK_MODE);
        return sql.startsWith("LOCK TABLE ") && end > 0
                ? Optional.of(sql.substring(0, end + LOCK_MODE.length()))
                : Optional.empty();
    }

    private static SchemaObject key(ResultSet row) throws SQLException {
        @Nullable String options = row.getBoolean(8) ? row.getString(7) : null;
        SchemaObject key = SchemaObject.of(
                ObjectKind.KEY,
                new ObjectId(ObjectId.CONSTRAINT, row.getLong(1)),
                row.getString(5),
                row.getString(6) + (options == null ? "" : options));
        // On a partitioned table it costs nothing and is not valid until those of all partitions are attached to it.
        return row.getString(4).equals("p")
                ? key.at(SchemaStage.BEFORE_COPY)
                : key.after(new TableName(row.getString(2), row.getString(3)));
    }
}
