package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No event trigger of the source is in the way of a publication. */
final class SourceEventTriggerCheck implements Check {
    private static final String FIRING = """
            SELECT quote_ident(t.evtname), t.evtfoid::regprocedure
              FROM pg_catalog.pg_event_trigger t
             WHERE t.evtenabled IN ('O', 'A') AND t.evtevent IN ('ddl_command_start', 'ddl_command_end', 'sql_drop')
               AND (t.evttags IS NULL OR t.evttags && ARRAY['CREATE PUBLICATION', 'ALTER PUBLICATION', 'DROP PUBLICATION'])
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_event_trigger'::regclass
                                  AND d.objid = t.oid AND d.deptype = 'e')
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_EVENT_TRIGGER);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), FIRING)) {
            context.add(
                    FindingCode.SOURCE_EVENT_TRIGGER,
                    row.get(0),
                    "event trigger " + row.get(0) + " of the source calls " + row.get(1)
                            + " when the migration creates, changes and drops its publication",
                    "one that lets CREATE, ALTER and DROP PUBLICATION pass",
                    "ALTER EVENT TRIGGER " + row.get(0)
                            + " DISABLE; -- until the publication is dropped after the cutover,"
                            + " unless its function lets these statements pass");
        }
    }
}
