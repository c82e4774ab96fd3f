package dev.godwit.internal.preflight;

import dev.godwit.internal.state.StateStore;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Large objects can be read on the source and created on the target, where there are none of others. */
final class LargeObjectsCheck implements Check {
    /** Up to here nobody notices them in the write pause. */
    private static final int FEW = 10_000;

    private static final long LITTLE_BYTES = 100L * 1024 * 1024;

    private static final String SOME = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata)";

    private static final String SIZE = """
            SELECT (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata), pg_relation_size('pg_catalog.pg_largeobject'),
                   pg_size_pretty(pg_relation_size('pg_catalog.pg_largeobject'))
            """;

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

    private static final String REFUSED = """
            SELECT f.name, quote_ident(current_user)
              FROM unnest(ARRAY['lo_create(oid)', 'lo_put(oid, bigint, bytea)', 'lo_open(oid, integer)',
                                'lo_truncate64(integer, bigint)', 'lo_unlink(oid)']) AS f (name)
             WHERE NOT has_function_privilege('pg_catalog.' || f.name, 'EXECUTE')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(
                FindingCode.SOURCE_LARGE_OBJECTS,
                FindingCode.TARGET_LARGE_OBJECTS,
                FindingCode.TARGET_HOLDS_LARGE_OBJECTS,
                FindingCode.LARGE_OBJECTS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        checkTarget(context);
        if (CheckContext.row(context.source(), SOME).get(0).equals("f")) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.source(), UNREADABLE)) {
            boolean superuser = row.get(1).equals("t");
            context.add(
                    FindingCode.SOURCE_LARGE_OBJECTS,
                    row.get(3),
                    "role " + row.get(4) + " may not read " + row.get(2) + " large object(s) of role " + row.get(0)
                            + " on the source, the first of which is " + row.get(3),
                    "SELECT on all of them",
                    superuser
                            ? "GRANT SELECT ON pg_catalog.pg_largeobject TO " + row.get(4)
                            : "GRANT " + row.get(0) + " TO " + row.get(4));
        }
        for (List<String> row : CheckContext.rows(context.target(), REFUSED)) {
            context.add(
                    FindingCode.TARGET_LARGE_OBJECTS,
                    row.get(0),
                    "role " + row.get(1) + " may not call " + row.get(0)
                            + " on the target, without which large objects cannot be copied",
                    "EXECUTE on the function",
                    "GRANT EXECUTE ON FUNCTION pg_catalog." + row.get(0) + " TO " + row.get(1));
        }
        List<String> size = CheckContext.row(context.source(), SIZE);
        if (Long.parseLong(size.get(0)) > FEW || Long.parseLong(size.get(1)) > LITTLE_BYTES) {
            context.add(
                    FindingCode.LARGE_OBJECTS,
                    "pg_largeobject",
                    "the source holds " + size.get(0) + " large object(s) in " + size.get(2)
                            + ", which are in no stream; they are looked through twice within the write pause, and those that"
                            + " have changed are copied again",
                    "few, or a write pause that is long enough",
                    "raise maxWritePause, or unlink those that nobody needs (vacuumlo finds orphans)");
        }
    }

    /** Those that this migration copied are in its memory; of the others nobody knows whether they are needed. */
    private static void checkTarget(CheckContext context) throws SQLException {
        if (context.identities().source().isSameDatabaseAs(context.identities().target())
                || StateStore.peek(context.target(), context.plan().name()).isPresent()
                || CheckContext.row(context.target(), SOME).get(0).equals("f")) {
            return;
        }
        context.add(
                FindingCode.TARGET_HOLDS_LARGE_OBJECTS,
                "pg_largeobject",
                "the target holds large objects already, whose OIDs may be those of the source's",
                "none",
                "SELECT lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata; -- on the target, after making sure that nobody"
                        + " needs them");
    }
}
