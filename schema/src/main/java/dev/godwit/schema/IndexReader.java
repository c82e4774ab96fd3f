package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Indexes without a constraint, the attachment of all indexes to those of the partitioned table, and their roles. */
final class IndexReader implements ObjectReader {

    private final CatalogQuery query;
    private final List<String> notes = new ArrayList<>();

    IndexReader(CatalogQuery query) {
        this.query = query;
    }

    /** A row of pg_index. */
    private record Index(
            ObjectId id,
            TableName table,
            String tableKind,
            String name,
            String shortName,
            String definition,
            boolean isValid,
            boolean isConstraint,
            boolean isClustered,
            boolean isReplicaIdentity,
            @Nullable String parent,
            long parentOid,
            @Nullable String root) {

        /**
         * Attaches it to its parent. The last of a tree's to be attached makes the tree valid, up to its root, which fails where two
         * are attached at the same time and neither knows of the other; so one waits for the other at the root's table.
         */
        String attach() {
            return "LOCK TABLE ONLY " + root + " IN SHARE UPDATE EXCLUSIVE MODE;\nALTER INDEX " + parent
                    + " ATTACH PARTITION " + name + ";";
        }

        SchemaObject staged(SchemaObject object) {
            return switch (tableKind) {
                case "p" -> object.at(SchemaStage.BEFORE_COPY);
                case "m" -> object.at(SchemaStage.AFTER_COPY);
                default -> object.after(table);
            };
        }
    }

    /** Indexes that are left out. */
    List<String> notes() {
        return notes;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Index index : indexes()) {
            if (!index.isValid() && !index.tableKind().equals("p")) {
                notes.add("index " + index.name() + ": it is invalid on the source");
                continue;
            }
            if (!index.isConstraint()) {
                objects.add(
                        index.staged(SchemaObject.of(ObjectKind.INDEX, index.id(), index.name(), index.definition())));
            }
            if (index.parent() != null) {
                objects.add(index.staged(
                        SchemaObject.of(ObjectKind.INDEX_ATTACH, index.id().aspect(1), index.name(), index.attach())
                                .requiring(index.id(), new ObjectId(ObjectId.CLASS, index.parentOid()))));
            }
            addRoles(index, objects);
        }
        return objects;
    }

    private static void addRoles(Index index, List<SchemaObject> objects) {
        String alter = "ALTER TABLE ONLY " + index.table().quoted();
        if (index.isClustered()) {
            objects.add(index.staged(SchemaObject.of(
                            ObjectKind.INDEX_ROLE,
                            index.id().aspect(2),
                            "cluster " + index.name(),
                            alter + " CLUSTER ON " + index.shortName() + ";")
                    .requiring(index.id())));
        }
        if (index.isReplicaIdentity()) {
            SchemaObject role = SchemaObject.of(
                            ObjectKind.INDEX_ROLE,
                            index.id().aspect(3),
                            "replica identity " + index.name(),
                            alter + " REPLICA IDENTITY USING INDEX " + index.shortName() + ";")
                    .requiring(index.id());
            // That of a partitioned table is not valid before those of all partitions are attached.
            objects.add(index.tableKind().equals("p") ? role.at(SchemaStage.AFTER_COPY) : index.staged(role));
        }
    }

    private List<Index> indexes() throws SQLException {
        String sql = """
                SELECT i.indexrelid, n.nspname, t.relname, t.relkind, format('%I.%I', n.nspname, c.relname),
                       pg_get_indexdef(i.indexrelid) || ';' ||
                       COALESCE((SELECT string_agg(format(E'\\nALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s;',
                                        n.nspname, c.relname, a.attnum, a.attstattarget), '' ORDER BY a.attnum)
                                 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0), ''),
                       i.indisvalid AND i.indisready,
                       EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')),
                       i.indisclustered, i.indisreplident,
                       quote_ident(pn.nspname) || '.' || quote_ident(pc.relname), pc.oid, quote_ident(c.relname),
                       CASE WHEN pc.oid IS NOT NULL THEN
                           (WITH RECURSIVE up (oid, level) AS (SELECT t.oid, 0
                                UNION ALL SELECT u.inhparent, up.level + 1 FROM up JOIN pg_inherits u ON u.inhrelid = up.oid)
                            SELECT format('%I.%I', rn.nspname, rc.relname) FROM up
                            JOIN pg_class rc ON rc.oid = up.oid JOIN pg_namespace rn ON rn.oid = rc.relnamespace
                            ORDER BY up.level DESC LIMIT 1) END
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
                LEFT JOIN pg_class pc ON pc.oid = h.inhparent LEFT JOIN pg_namespace pn ON pn.oid = pc.relnamespace
                WHERE t.relkind IN ('r', 'p', 'm') AND t.relpersistence <> 't' AND @user AND NOT @member
                """.replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_class", "t.oid"));
        return query.list(sql, IndexReader::index);
    }

    private static Index index(ResultSet row) throws SQLException {
        boolean hasParent = row.getLong(12) != 0;
        return new Index(
                new ObjectId(ObjectId.CLASS, row.getLong(1)),
                new TableName(row.getString(2), row.getString(3)),
                row.getString(4),
                row.getString(5),
                row.getString(13),
                row.getString(6),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getBoolean(10),
                hasParent ? row.getString(11) : null,
                row.getLong(12),
                row.getString(14));
    }
}
