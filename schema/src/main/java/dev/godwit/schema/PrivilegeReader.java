package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, as far as it is not what an object is made with: on the source's database, on its objects, and on those that came with
 * the server or an extension.
 */
final class PrivilegeReader implements ObjectReader {

    /** Objects with privileges, their columns, and what their owner starts with. */
    private static final String OBJECTS = """
            SELECT 'pg_database'::regclass AS catalog, oid, 0 AS sub, NULL::name AS col, datdba AS owner, datacl AS acl,
                   acldefault('d', datdba) AS made FROM pg_database WHERE datname = current_database()
            UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, NULL, nspowner, nspacl, acldefault('n', nspowner) FROM pg_namespace
            UNION ALL SELECT 'pg_class'::regclass, oid, 0, NULL, relowner, relacl,
                   acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) FROM pg_class WHERE relpersistence <> 't'
            UNION ALL SELECT 'pg_class'::regclass, c.oid, a.attnum, a.attname, c.relowner, a.attacl, acldefault('c', c.relowner)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relpersistence <> 't' AND NOT a.attisdropped
            UNION ALL SELECT 'pg_proc'::regclass, oid, 0, NULL, proowner, proacl, acldefault('f', proowner) FROM pg_proc
            UNION ALL SELECT 'pg_type'::regclass, oid, 0, NULL, typowner, typacl, acldefault('T', typowner) FROM pg_type
            UNION ALL SELECT 'pg_language'::regclass, oid, 0, NULL, lanowner, lanacl, acldefault('l', lanowner) FROM pg_language
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, NULL, fdwowner, fdwacl, acldefault('F', fdwowner)
            FROM pg_foreign_data_wrapper
            UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, NULL, srvowner, srvacl, acldefault('S', srvowner)
            FROM pg_foreign_server
            """;

    /** A privilege is granted by the owner, unless it says otherwise; what the owner may goes with the ownership. */
    private static final String QUERY = """
            WITH o AS (
                SELECT o.*, COALESCE(o.acl, o.made) AS has,
                       CASE WHEN o.catalog = 'pg_namespace'::regclass AND o.oid = 'public'::regnamespace
                            THEN acldefault('n', o.owner) || makeaclitem(0, o.owner, 'USAGE', false) @create
                            ELSE COALESCE(p.initprivs, o.made) END AS base
                FROM (@objects) o
                LEFT JOIN pg_init_privs p ON p.classoid = o.catalog AND p.objoid = o.oid AND p.objsubid = o.sub
                WHERE o.acl IS NOT NULL OR p.initprivs IS NOT NULL)
            SELECT o.catalog::oid, o.oid, i.type, i.identity, d.is_grant, quote_ident(o.col),
                   CASE WHEN d.grantor <> o.owner AND d.is_grant THEN pg_get_userbyid(d.grantor) END,
                   CASE WHEN d.grantee <> 0 THEN pg_get_userbyid(d.grantee) END, d.privilege, d.grantable,
                   CASE WHEN o.sub = 0 THEN (SELECT count(*) FROM aclexplode(o.made) m WHERE m.grantee = o.owner) ELSE 4 END,
                   (SELECT e.extname FROM pg_depend m JOIN pg_extension e ON e.oid = m.refobjid
                    WHERE m.classid = o.catalog AND m.objid = o.oid AND m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass)
            FROM o CROSS JOIN LATERAL pg_identify_object(o.catalog, o.oid, 0) i
            CROSS JOIN LATERAL (
                SELECT true AS is_grant, x.* FROM aclexplode(o.has) WITH ORDINALITY AS x (grantor, grantee, privilege, grantable, n)
                WHERE (x.grantor, x.grantee, x.privilege, x.grantable) NOT IN
                      (SELECT b.grantor, b.grantee, b.privilege_type, b.is_grantable FROM aclexplode(o.base) b)
                UNION ALL
                SELECT false, x.* FROM aclexplode(o.base) WITH ORDINALITY AS x (grantor, grantee, privilege, grantable, n)
                WHERE (x.grantor, x.grantee, x.privilege, x.grantable) NOT IN
                      (SELECT h.grantor, h.grantee, h.privilege_type, h.is_grantable FROM aclexplode(o.has) h)) d
            -- The server does not remember what the information schema came with.
            WHERE 'information_schema' NOT IN (COALESCE(i.schema, ''), i.identity) AND (@owner OR d.grantee <> o.owner)
            ORDER BY o.catalog, o.oid, o.sub, d.is_grant, d.n
            """;

    private final CatalogQuery query;
    private final TargetServer target;
    private final boolean withOwners;
    private final PrivilegeWriter writer;

    PrivilegeReader(CatalogQuery query, TargetServer target, boolean withOwners) {
        this.query = query;
        this.target = target;
        this.withOwners = withOwners;
        this.writer = new PrivilegeWriter(target.roles());
    }

    /** What privileges are on, and the extension that it came with. */
    private record Subject(
            ObjectId id,
            String type,
            String identity,
            @Nullable String extension) {}

    private record Row(Subject subject, PrivilegeWriter.Difference difference) {}

    /** Privileges that are left out. */
    List<String> notes() {
        return writer.leftOut().notes();
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        Map<Subject, List<PrivilegeWriter.Difference>> differences = new LinkedHashMap<>();
        for (Row row : rows()) {
            differences.computeIfAbsent(row.subject(), key -> new ArrayList<>()).add(row.difference());
        }
        List<SchemaObject> objects = new ArrayList<>();
        differences.forEach((subject, those) -> {
            SchemaObject object = object(subject, those);
            if (object != null) {
                objects.add(object);
            }
        });
        return objects;
    }

    private @Nullable SchemaObject object(Subject subject, List<PrivilegeWriter.Difference> differences) {
        boolean isSchema = subject.id().catalog() == ObjectId.NAMESPACE;
        boolean isDatabase = subject.type().equals("database");
        ObjectKind kind = isSchema ? ObjectKind.PRIVILEGES_ON_SCHEMA : ObjectKind.PRIVILEGES_ON;
        String name =
                isSchema ? subject.identity() : isDatabase ? "the database" : subject.type() + " " + subject.identity();
        String label = kind.label() + " " + name;
        if (isDatabase && !target.database().isOwned()) {
            writer.leftOut()
                    .add(
                            label,
                            "the role that prepares the target does not own the database "
                                    + target.database().name());
            return null;
        }
        boolean isPublic = isSchema && subject.identity().equals("public");
        if (isPublic && !target.ownsPublic()) {
            writer.leftOut().add(label, "the role that prepares the target does not own the schema there");
            return null;
        }
        boolean isOwn = !subject.id().isSystem() || isPublic || isDatabase;
        if (!isOwn && !isGrantable(subject, label)) {
            return null;
        }
        if (subject.extension() != null && !isGrantable(subject.extension(), label)) {
            return null;
        }
        String sql = writer.write(label, target(subject), "", differences);
        if (sql.isEmpty()) {
            return null;
        }
        SchemaObject object = SchemaObject.of(kind, subject.id().privileges(), name, sql);
        return isDatabase || subject.id().isSystem() ? object : object.requiring(subject.id());
    }

    private boolean isGrantable(Subject subject, String label) {
        if (!target.database().hasSystemObject().test(subject.type() + " " + subject.identity())) {
            writer.leftOut().add(label, "the target's version does not have it");
            return false;
        }
        if (!target.isSuperuser()) {
            writer.leftOut().add(label, "it came with the server, and the target's role is no superuser");
            return false;
        }
        return true;
    }

    /** The server tells of what is granted without effect by no more than a warning. */
    private boolean isGrantable(String extension, String label) {
        if (!target.isSuperuser()
                && (target.database().isMadeBySuperuser().test(extension)
                        || target.database().isForeignExtension().test(extension))) {
            writer.leftOut()
                    .add(
                            label,
                            "it came with the extension " + extension
                                    + ", and the target's role does not own that: grant it there as its owner");
            return false;
        }
        return true;
    }

    private String target(Subject subject) {
        return switch (subject.type()) {
            case "database" -> "DATABASE " + target.database().name();
            case "table", "view", "materialized view", "foreign table" -> "TABLE " + subject.identity();
            case "aggregate" -> "FUNCTION " + subject.identity();
            case "server" -> "FOREIGN SERVER " + subject.identity();
            default -> CommentReader.target(subject.type(), subject.identity());
        };
    }

    private List<Row> rows() throws SQLException {
        String sql = QUERY.replace("@objects", OBJECTS)
                .replace("@owner", String.valueOf(withOwners))
                // Before 15 everyone may create in the schema that a server is made with.
                .replace("@create", target.version() < 150_000 ? "|| makeaclitem(0, o.owner, 'CREATE', false)" : "");
        return query.list(
                sql,
                row -> new Row(
                        new Subject(
                                new ObjectId(row.getLong(1), row.getLong(2)),
                                row.getString(3),
                                row.getString(4),
                                row.getString(12)),
                        new PrivilegeWriter.Difference(
                                row.getBoolean(5),
                                row.getString(6),
                                row.getString(7),
                                row.getString(8),
                                row.getString(9),
                                row.getBoolean(10),
                                row.getInt(11))));
    }
}
