package dev.godwit.internal.cutover;

import dev.godwit.internal.schema.StepRunner;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import java.sql.Connection;
import java.sql.SQLException;

/** The steps that belong to each attempt of a cutover, and so are not marked as done. */
record SchemaSteps(SchemaPlan plan) {

    /** Executes a stage in the caller's transaction, with few messages. */
    void run(Connection target, SchemaStage stage) throws SQLException {
        try {
            StepRunner.runTogether(target, plan.steps(stage));
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "a step of the target's schema failed at the cutover: " + WithoutValues.message(e) + " [SQLSTATE "
                            + e.getSQLState() + "]; mend the cause on the target, then cut over again",
                    e);
        }
    }
}
