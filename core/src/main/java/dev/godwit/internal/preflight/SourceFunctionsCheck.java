package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's role may call the functions that a run calls there. */
final class SourceFunctionsCheck implements Check {
    /** Those that anybody may call, unless somebody has taken that right away. */
    private static final String REFUSED = """
            SELECT f.name, quote_ident(current_user)
              FROM unnest(ARRAY['pg_export_snapshot()', 'pg_current_wal_lsn()', 'pg_current_wal_flush_lsn()',
                                'pg_blocking_pids(integer)', 'pg_terminate_backend(integer)',
                                'pg_terminate_backend(integer, bigint)', 'pg_drop_replication_slot(name)']) AS f (name)
             WHERE to_regprocedure('pg_catalog.' || f.name) IS NOT NULL
               AND NOT has_function_privilege('pg_catalog.' || f.name, 'EXECUTE')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_FUNCTION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), REFUSED)) {
            context.add(
                    FindingCode.SOURCE_FUNCTION,
                    row.get(0),
                    "role " + row.get(1) + " may not call " + row.get(0) + " on the source",
                    "EXECUTE on the function",
                    "GRANT EXECUTE ON FUNCTION pg_catalog." + row.get(0) + " TO " + row.get(1));
        }
    }
}
