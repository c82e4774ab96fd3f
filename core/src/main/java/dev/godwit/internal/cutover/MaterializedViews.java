package dev.godwit.internal.cutover;

import dev.godwit.internal.schema.StepRunner;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The refreshing of the target's materialized views, in the order in which they read each other.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html">PostgreSQL manual: REFRESH MATERIALIZED VIEW,
 *     on what CONCURRENTLY asks for</a>
 */
record MaterializedViews(SchemaPlan plan) {
    private static final String PLAIN = "REFRESH MATERIALIZED VIEW ";

    /** As the plan's statements name them. */
    private static final String CONCURRENT = """
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'm' AND c.relispopulated
               AND EXISTS (SELECT 1 FROM pg_catalog.pg_index i
                            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                              AND i.indpred IS NULL AND i.indexprs IS NULL)
            """;

    /** Refreshes all, in the caller's transaction. */
    void refresh(Connection target) throws SQLException {
        List<SchemaStep> steps = plan.steps(SchemaStage.BEFORE_CUTOVER);
        if (steps.isEmpty()) {
            return;
        }
        Set<String> concurrent = concurrent(target);
        for (SchemaStep step : steps) {
            try (Statement statement = target.createStatement()) {
                StepRunner.execute(statement, concurrently(step, concurrent));
            } catch (SQLException e) {
                throw new IllegalStateException(
                        "step '" + step.id() + "' of the target's schema failed: " + WithoutValues.message(e)
                                + "; mend the cause, then cut over again, or leave the refreshing to yourself"
                                + " (materializedViews(NEVER))",
                        e);
            }
        }
    }

    private static Set<String> concurrent(Connection target) throws SQLException {
        Set<String> names = new HashSet<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(CONCURRENT)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Who reads the view goes on meanwhile. In a round that may come too early, the statement is within a block that bears it. */
    private static SchemaStep concurrently(SchemaStep step, Set<String> concurrent) {
        String sql = step.sql();
        int plain = sql.indexOf(PLAIN);
        int name = plain + PLAIN.length();
        if (plain < 0 || concurrent.stream().noneMatch(view -> sql.startsWith(view + ";", name))) {
            return step;
        }
        return new SchemaStep(
                step.id(),
                step.stage(),
                step.tableOrNull(),
                sql.substring(0, name) + "CONCURRENTLY " + sql.substring(name));
    }
}
