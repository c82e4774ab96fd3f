package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.schema.CreatedObjects;
import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Prepares the target up to what the copy needs, and makes sure that it is all there, whoever made it. */
record SchemaPhase(RunContext context) {

    void run() throws SQLException, InterruptedException {
        context.tuning().check();
        try (Connection target = context.plan().target().open()) {
            new CreatedObjects(context.plan().name()).rememberBaseline(target);
        }
        context.schema().execute(context.plan().target(), context.schemaPlan(), SchemaStage.BEFORE_COPY);
        try (Connection target = context.plan().target().open()) {
            List<String> problems = TargetSchemaCheck.problems(
                    context.catalog(), CatalogReader.read(target, context.plan().tables()));
            if (!problems.isEmpty()) {
                throw new MigrationException(
                        MigrationPhase.SCHEMA,
                        "the target's schema does not fit the source's:\n  " + String.join("\n  ", problems)
                                + "\nMend it on the target, then resume",
                        null);
            }
        }
    }
}
