package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No event trigger of the target is in the way of the schema that is created there. */
final class TargetEventTriggerCheck implements Check {
    private static final String FIRING = """
            SELECT quote_ident(t.evtname), t.evtfoid::regprocedure
              FROM pg_catalog.pg_event_trigger t
             WHERE t.evtenabled IN ('O', 'A') AND t.evtevent <> 'login'
               AND (t.evttags IS NULL OR EXISTS (SELECT FROM unnest(t.evttags) tag
                                                  WHERE tag ~ '^(CREATE|ALTER|DROP|COMMENT|REFRESH)' AND tag !~ 'PUBLICATION'))
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_event_trigger'::regclass
                                  AND d.objid = t.oid AND d.deptype = 'e')
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_EVENT_TRIGGER);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.target(), FIRING)) {
            context.add(
                    FindingCode.TARGET_EVENT_TRIGGER,
                    row.get(0),
                    "event trigger " + row.get(0) + " of the target calls " + row.get(1)
                            + " when the migration creates and changes objects there",
                    "one that lets the migration's own statements pass as they are",
                    "ALTER EVENT TRIGGER " + row.get(0)
                            + " DISABLE; -- until the migration is completed, unless its function" + " lets them pass");
        }
    }
}
