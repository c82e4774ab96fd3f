package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStage;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Says which materialized views are filled only by the cutover. */
final class MaterializedViewCheck implements Check {
    private static final String VIEWS = """
            SELECT format('%I.%I', n.nspname, c.relname), pg_size_pretty(pg_total_relation_size(c.oid))
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'm'
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.MATERIALIZED_VIEW);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<String> refreshed = context.schemaPlan().steps(SchemaStage.BEFORE_CUTOVER).stream()
                .map(step -> step.id().substring(step.id().indexOf(' ') + 1))
                .collect(Collectors.toSet());
        if (refreshed.isEmpty()) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.source(), VIEWS)) {
            if (refreshed.contains(row.get(0))) {
                context.add(
                        FindingCode.MATERIALIZED_VIEW,
                        row.get(0),
                        "materialized view " + row.get(0) + " (" + row.get(1)
                                + " on the source) is refreshed on the target just before writers wait, which takes as long as"
                                + " its query; it may lack what is written between that and the switch",
                        "time for it before the write pause, and a refresh after it where that matters",
                        "REFRESH MATERIALIZED VIEW " + row.get(0) + "; -- on the target, after the cutover");
            }
        }
    }
}
