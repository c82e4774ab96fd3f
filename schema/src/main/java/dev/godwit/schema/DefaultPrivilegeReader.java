package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Default privileges, which what a role creates later is made with. */
final class DefaultPrivilegeReader implements ObjectReader {

    /** Those of one schema come on top, the others are all there is. */
    private static final String QUERY = """
            SELECT d.oid, d.defaclnamespace, pg_get_userbyid(d.defaclrole), quote_ident(n.nspname),
                   CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                        WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END,
                   x.is_grant, CASE WHEN x.grantee <> 0 THEN pg_get_userbyid(x.grantee) END, x.privilege, x.grantable,
                   (SELECT count(*) FROM aclexplode(b.made) m WHERE m.grantee = d.defaclrole)
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
            CROSS JOIN LATERAL (SELECT acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END::"char",
                                                  d.defaclrole) AS made) b
            CROSS JOIN LATERAL (SELECT CASE WHEN n.oid IS NULL THEN b.made ELSE acldefault('c', d.defaclrole) END AS base) s
            CROSS JOIN LATERAL (
                SELECT true AS is_grant, g.* FROM aclexplode(d.defaclacl) WITH ORDINALITY AS g (grantor, grantee, privilege, grantable, n)
                WHERE (g.grantor, g.grantee, g.privilege, g.grantable) NOT IN
                      (SELECT e.grantor, e.grantee, e.privilege_type, e.is_grantable FROM aclexplode(s.base) e)
                UNION ALL
                SELECT false, r.* FROM aclexplode(s.base) WITH ORDINALITY AS r (grantor, grantee, privilege, grantable, n)
                WHERE (r.grantor, r.grantee, r.privilege, r.grantable) NOT IN
                      (SELECT e.grantor, e.grantee, e.privilege_type, e.is_grantable FROM aclexplode(d.defaclacl) e)) x
            ORDER BY d.oid, x.is_grant, x.n
            """;

    private final CatalogQuery query;
    private final TargetServer target;
    private final PrivilegeWriter writer;

    DefaultPrivilegeReader(CatalogQuery query, TargetServer target) {
        this.query = query;
        this.target = target;
        this.writer = new PrivilegeWriter(target.roles());
    }

    private record Subject(
            long oid, long schemaOid, String role, @Nullable String schema, String objects) {

        String name() {
            return "of " + TableName.quote(role) + (schema == null ? "" : " in schema " + schema) + " on "
                    + objects.toLowerCase(Locale.ROOT);
        }

        String prefix() {
            return "ALTER DEFAULT PRIVILEGES FOR ROLE " + TableName.quote(role)
                    + (schema == null ? "" : " IN SCHEMA " + schema) + " ";
        }
    }

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
            String label = ObjectKind.DEFAULT_PRIVILEGES.label() + " " + subject.name();
            if (isPossible(subject.role(), label)) {
                String sql = writer.write(label, subject.objects(), subject.prefix(), those);
                SchemaObject object = SchemaObject.of(
                        ObjectKind.DEFAULT_PRIVILEGES,
                        new ObjectId(ObjectId.DEFAULT_ACL, subject.oid()),
                        subject.name(),
                        sql);
                if (!sql.isEmpty()) {
                    objects.add(
                            subject.schemaOid() < ObjectId.FIRST_USER_OID
                                    ? object
                                    : object.requiring(new ObjectId(ObjectId.NAMESPACE, subject.schemaOid())));
                }
            }
        });
        return objects;
    }

    private boolean isPossible(String owner, String label) {
        String role = TableName.quote(owner);
        if (!target.roles().exists().test(owner)) {
            writer.leftOut().add(label, "the target lacks the role " + role + ": CREATE ROLE " + role + " there");
            return false;
        }
        if (!target.roles().mayBecome().test(owner)) {
            writer.leftOut()
                    .add(
                            label,
                            "the role that prepares the target is no member of " + role + ": GRANT " + role + " TO "
                                    + TableName.quote(target.roles().current()) + " there");
            return false;
        }
        return true;
    }

    private List<Row> rows() throws SQLException {
        return query.list(
                QUERY,
                row -> new Row(
                        new Subject(
                                row.getLong(1), row.getLong(2), row.getString(3), row.getString(4), row.getString(5)),
                        new PrivilegeWriter.Difference(
                                row.getBoolean(6),
                                null,
                                null,
                                row.getString(7),
                                row.getString(8),
                                row.getBoolean(9),
                                row.getInt(10))));
    }
}
