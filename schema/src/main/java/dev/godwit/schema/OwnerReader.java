package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Who owns what. Sequences, types and functions that come with another object have its owner. */
final class OwnerReader implements ObjectReader {

    /** Catalogs of objects that have an owner, the column that holds it, and which rows are meant. */
    private static final String OWNED = """
            SELECT 'pg_namespace'::regclass AS catalog, oid, nspowner AS owner FROM pg_namespace
            UNION ALL SELECT 'pg_class'::regclass, c.oid, c.relowner FROM pg_class c
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
              AND NOT (c.relkind = 'S' AND c.oid <> ALL ('{@alone}'::oid[])
                       AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                       AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype = 'a'))
            UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc
            UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typowner FROM pg_type t
            UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
            UNION ALL SELECT 'pg_opclass'::regclass, oid, opcowner FROM pg_opclass
            UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner FROM pg_opfamily
            UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation
            UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner FROM pg_conversion
            UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_ts_dict
            UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_ts_config
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner FROM pg_foreign_data_wrapper
            UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server
            UNION ALL SELECT 'pg_language'::regclass, oid, lanowner FROM pg_language
            UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger
            UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxowner FROM pg_statistic_ext
            """;

    private final CatalogQuery query;
    private final TargetServer target;
    private final Set<ObjectId> alone;
    private final LeftOut leftOut = new LeftOut();

    /**
     * Makes a reader.
     *
     * @param alone sequences that come without the table that they belong to
     */
    OwnerReader(CatalogQuery query, TargetServer target, Set<ObjectId> alone) {
        this.query = query;
        this.target = target;
        this.alone = alone;
    }

    private record Owned(ObjectId id, String type, String identity, String owner) {}

    /** Objects that keep the role that made them as their owner. */
    List<String> notes() {
        return leftOut.notes();
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Owned owned : owned()) {
            boolean isSchema = owned.id().catalog() == ObjectId.NAMESPACE;
            ObjectKind kind = isSchema ? ObjectKind.OWNER_OF_SCHEMA : ObjectKind.OWNER_OF;
            String name = isSchema ? owned.identity() : owned.type() + " " + owned.identity();
            SchemaObject object = SchemaObject.of(
                            kind,
                            owned.id().owner(),
                            name,
                            "ALTER " + CommentReader.target(owned.type(), owned.identity()) + " OWNER TO "
                                    + TableName.quote(owned.owner()) + ";")
                    .requiring(owned.id());
            if (mayOwn(owned, object.label())) {
                objects.add(object);
            }
        }
        return objects;
    }

    private boolean mayOwn(Owned owned, String label) {
        String role = TableName.quote(owned.owner());
        if (!target.roles().exists().test(owned.owner())) {
            leftOut.add(
                    label,
                    "the target lacks the role " + role + ": CREATE ROLE " + role
                            + " there, or it belongs to the role that prepares the target");
            return false;
        }
        if (!target.roles().mayBecome().test(owned.owner())) {
            leftOut.add(
                    label,
                    "the role that prepares the target is no member of " + role + ": GRANT " + role + " TO "
                            + TableName.quote(target.roles().current()) + " there, or it stays the owner");
            return false;
        }
        if (owned.id().isSystem() && !target.ownsPublic()) {
            leftOut.add(label, "the role that prepares the target does not own the schema there");
            return false;
        }
        boolean forSuperusers = owned.id().catalog() == ObjectId.FOREIGN_DATA_WRAPPER
                || owned.id().catalog() == ObjectId.EVENT_TRIGGER;
        if (forSuperusers && !target.roles().isSuperuser().test(owned.owner())) {
            leftOut.add(label, "its owner has to be a superuser, and " + role + " is none on the target");
            return false;
        }
        return true;
    }

    /** That of public is left to the target where it is the one with which a server before 15 is made. */
    private List<Owned> owned() throws SQLException {
        String oids = alone.stream().map(id -> String.valueOf(id.oid())).collect(Collectors.joining(","));
        String sql = """
                SELECT o.catalog::oid, o.oid, i.type, i.identity, pg_get_userbyid(o.owner)
                FROM (@owned) o, pg_identify_object(o.catalog, o.oid, 0) i
                WHERE (o.oid >= @first OR (i.type = 'schema' AND i.identity = 'public' AND @public))
                  AND ((o.catalog = 'pg_class'::regclass AND o.oid = ANY ('{@alone}'::oid[]))
                       OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.catalog AND d.objid = o.oid
                                      AND d.deptype IN ('e', 'i')))
                """.replace("@owned", OWNED)
                .replace("@alone", oids)
                .replace("@first", String.valueOf(ObjectId.FIRST_USER_OID))
                .replace(
                        "@public",
                        query.since(
                                15,
                                "o.owner <> (SELECT oid FROM pg_roles WHERE rolname = 'pg_database_owner')",
                                "o.owner <> 10"));
        return query.list(
                sql,
                row -> new Owned(
                        new ObjectId(row.getLong(1), row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5)));
    }
}
