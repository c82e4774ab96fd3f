package dev.godwit.internal.schema;

import dev.godwit.internal.state.StateStore;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Executes schema steps, each in one transaction with the mark that it is done, so that none is done twice and none is half
 * done. Safe for use by several threads, each with its own connection.
 */
public final class SchemaExecutor {
    private final StateStore state;
    private final Set<String> done;
    private final BiConsumer<SchemaStep, Duration> observer;

    public SchemaExecutor(StateStore state, BiConsumer<SchemaStep, Duration> observer) throws SQLException {
        this.state = state;
        this.done = ConcurrentHashMap.newKeySet();
        this.done.addAll(state.doneSteps());
        this.observer = observer;
    }

    /** Executes steps in order, those excepted that are done. */
    public void execute(Connection target, Iterable<SchemaStep> steps) throws SQLException {
        for (SchemaStep step : steps) {
            if (!done.contains(step.id())) {
                long started = System.nanoTime();
                execute(target, step);
                done.add(step.id());
                observer.accept(step, Duration.ofNanos(System.nanoTime() - started));
            }
        }
    }

    private void execute(Connection target, SchemaStep step) throws SQLException {
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            run(statement, step);
            state.recordStep(target, step.id());
            target.commit();
        } catch (SQLException | RuntimeException e) {
            rollback(target, e);
            throw e;
        } finally {
            if (!target.isClosed()) {
                target.setAutoCommit(true);
            }
        }
    }

    private static void rollback(Connection target, Exception primary) {
        try {
            target.rollback();
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    /** Executes a step within the caller's transaction, without a mark. */
    public static void run(Statement statement, SchemaStep step) throws SQLException {
        try {
            statement.execute("SET LOCAL check_function_bodies = off");
            // The driver would look for its own escapes, and for placeholders in function bodies.
            statement.setEscapeProcessing(false);
            statement.execute(step.sql());
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "schema step '" + step.id() + "' failed on the target: " + e.getMessage() + " [SQLSTATE "
                            + e.getSQLState() + "]. Mend the cause on the target, or do the step by hand and exclude"
                            + " it, then resume",
                    e);
        }
    }
}
