package dev.godwit.schema;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Executes the steps of a plan as a migration does: each in a transaction of its own, with no search path; those of
 * different tables, and foreign keys, side by side.
 */
final class PlanRunner {

    private static final int WORKERS = 4;

    private PlanRunner() {}

    static void run(PostgresServer server, String database, SchemaPlan plan, SchemaStage... stages)
            throws SQLException {
        for (SchemaStage stage : stages) {
            List<List<SchemaStep>> batches = switch (stage) {
                case AFTER_TABLE_COPY -> byTable(plan.steps(stage));
                case FOREIGN_KEYS -> plan.steps(stage).stream().map(List::of).toList();
                case BEFORE_COPY, AFTER_COPY, BEFORE_CUTOVER, AT_CUTOVER -> List.of(plan.steps(stage));
            };
            runSideBySide(server, database, batches);
        }
    }

    private static List<List<SchemaStep>> byTable(List<SchemaStep> steps) {
        Map<TableName, List<SchemaStep>> batches = new LinkedHashMap<>();
        for (SchemaStep step : steps) {
            batches.computeIfAbsent(step.table().orElseThrow(), table -> new ArrayList<>())
                    .add(step);
        }
        return List.copyOf(batches.values());
    }

    private static void runSideBySide(PostgresServer server, String database, List<List<SchemaStep>> batches)
            throws SQLException {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (List<SchemaStep> batch : batches) {
                running.add(workers.submit(() -> {
                    try (Connection connection = server.connect(database)) {
                        runInOrder(connection, batch);
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new SQLException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            workers.shutdownNow();
        }
    }

    private static void runInOrder(Connection target, List<SchemaStep> steps) throws SQLException {
        target.setAutoCommit(false);
        for (SchemaStep step : steps) {
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
}
