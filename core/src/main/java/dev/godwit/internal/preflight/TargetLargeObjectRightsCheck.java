package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The target's role may create large objects and write to them. */
final class TargetLargeObjectRightsCheck implements Check {
    private static final String REFUSED = """
            SELECT f.name, quote_ident(current_user)
              FROM unnest(ARRAY['lo_create(oid)', 'lo_put(oid, bigint, bytea)', 'lo_open(oid, integer)',
                                'lo_truncate64(integer, bigint)', 'lo_unlink(oid)']) AS f (name)
             WHERE NOT has_function_privilege('pg_catalog.' || f.name, 'EXECUTE')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_LARGE_OBJECTS);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!LargeObjects.exist(context.source())) {
            return;
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
    }
}
