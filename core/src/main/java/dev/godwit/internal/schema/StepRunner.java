package dev.godwit.internal.schema;

import dev.godwit.replication.WithoutValues;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** Executes schema steps within the caller's transaction. */
public final class StepRunner {
    /** Statements that are sent at once: what they answer has to fit into the socket's buffers. */
    private static final int AT_ONCE = 25;

    private StepRunner() {}

    /** Executes a step; a failure names it. */
    public static void run(Statement statement, SchemaStep step) throws SQLException {
        try {
            execute(statement, step);
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "schema step '" + step.id() + "' failed on the target: " + WithoutValues.message(e) + " [SQLSTATE "
                            + e.getSQLState() + "]. Mend the cause on the target, or do the step by hand and exclude"
                            + " it, then resume",
                    e);
        }
    }

    /** Executes a step; a failure is the server's. */
    public static void execute(Statement statement, SchemaStep step) throws SQLException {
        prepare(statement);
        statement.execute(step.sql());
    }

    /** Executes steps that hold no function bodies, many with one message; a failure does not tell which of them it was. */
    public static void runTogether(Connection target, List<SchemaStep> steps) throws SQLException {
        try (Statement statement = target.createStatement()) {
            prepare(statement);
            for (int from = 0; from < steps.size(); from += AT_ONCE) {
                statement.execute(steps.subList(from, Math.min(steps.size(), from + AT_ONCE)).stream()
                        .map(SchemaStep::sql)
                        .collect(Collectors.joining(";\n")));
            }
        }
    }

    private static void prepare(Statement statement) throws SQLException {
        statement.execute("SET LOCAL check_function_bodies = off");
        // The driver would look for its own escapes, and for placeholders in function bodies.
        statement.setEscapeProcessing(false);
    }
}
