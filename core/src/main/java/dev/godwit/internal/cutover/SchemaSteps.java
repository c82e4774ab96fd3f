package dev.godwit.internal.cutover;

import dev.godwit.internal.schema.StepRunner;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The steps that belong to each attempt of a cutover, and so are not marked as done. */
record SchemaSteps(SchemaPlan plan) {

    /** Executes a stage in the caller's transaction. */
    void run(Connection target, SchemaStage stage) throws SQLException {
        for (SchemaStep step : plan.steps(stage)) {
            try (Statement statement = target.createStatement()) {
                StepRunner.run(statement, step);
            }
        }
    }
}
