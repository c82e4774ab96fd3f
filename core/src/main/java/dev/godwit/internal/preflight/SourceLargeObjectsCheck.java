package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's role may read all large objects. */
final class SourceLargeObjectsCheck implements Check {
    private static final String UNREADABLE = """
            SELECT quote_ident(o.rolname), o.rolsuper, count(*), min(m.oid::bigint), quote_ident(current_user)
              FROM pg_catalog.pg_largeobject_metadata m
              JOIN pg_catalog.pg_roles o ON o.oid = m.lomowner
             WHERE NOT pg_has_role(m.lomowner, 'USAGE')
               AND NOT EXISTS (SELECT 1 FROM aclexplode(m.lomacl) a
                                WHERE a.privilege_type = 'SELECT'
                                  AND CASE WHEN a.grantee = 0 THEN true ELSE pg_has_role(a.grantee, 'USAGE') END)
               AND NOT current_setting('lo_compat_privileges')::boolean
               AND NOT has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')
             GROUP BY 1, 2 ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_LARGE_OBJECTS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!LargeObjects.exist(context.source())) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.source(), UNREADABLE)) {
            boolean superuser = row.get(1).equals("t");
            context.add(
                    FindingCode.SOURCE_LARGE_OBJECTS,
                    row.get(3),
                    "role " + row.get(4) + " may not read " + row.get(2) + " large object(s) of role " + row.get(0)
                            + " on the source, the first of which is " + row.get(3),
                    "the right to read all of them",
                    superuser
                            ? "GRANT SELECT ON pg_catalog.pg_largeobject TO " + row.get(4)
                            : "GRANT " + row.get(0) + " TO " + row.get(4));
        }
    }
}
