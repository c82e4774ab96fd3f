package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Executes the steps of a plan as a migration does: each in a transaction of its own, with no search path. */
final class PlanRunner {

    private PlanRunner() {}

    static void run(Connection target, SchemaPlan plan, SchemaStage... stages) throws SQLException {
        target.setAutoCommit(false);
        for (SchemaStage stage : stages) {
            for (SchemaStep step : plan.steps(stage)) {
                try (Statement statement = target.createStatement()) {
                    statement.setEscapeProcessing(false);
                    statement.execute("SET LOCAL search_path = ''");
                    statement.execute("SET LOCAL check_function_bodies = off");
                    statement.execute(step.sql());
                } catch (SQLException e) {
                    throw new SQLException("Step " + step.id() + ": " + e.getMessage() + "\n" + step.sql(), e);
                }
                target.commit();
            }
        }
        target.setAutoCommit(true);
    }
}
