package dev.godwit.internal.copy;

import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Executes the steps of a stage, each in one transaction with the mark that it is done, so that none is done twice and none is half
 * done: several at a time where the plan allows it. Safe for use by several threads.
 */
public final class SchemaExecutor {
    /** Tables that are made in one transaction; it holds a handful of locks for each. */
    private static final int TOGETHER = 50;

    /** Sees the schema being made. */
    public interface Observer {
        /** A step is done. */
        void onStep(String step, Duration took);

        /** Something has failed, and is tried again. */
        void onRetry(String message);

        /** Something has failed for good; the others go on. */
        void onFailure(String part, String message);
    }

    private final String migration;
    private final CopyControl control;
    private final StateStore state;
    private final Observer observer;

    /**
     * Makes an executor.
     *
     * @param control how many steps are done at a time, and whether they are to stand still
     * @param observer told what happens
     */
    public SchemaExecutor(String migration, CopyControl control, StateStore state, Observer observer) {
        this.migration = migration;
        this.control = control;
        this.state = state;
        this.observer = observer;
    }

    /** Executes the steps of a stage that are not done yet; when this returns they are on the target's disk. */
    public void execute(ServerConnections target, SchemaPlan plan, SchemaStage stage)
            throws SQLException, InterruptedException {
        Set<String> done = state.doneSteps();
        // What is made before the copy is made by a target's sessions alone: there is no source to speak of.
        CopyJob job = new CopyJob(
                target,
                target,
                state.marks(),
                null,
                Lsn.ZERO,
                control.settings().indexMemoryBytes(),
                0,
                0);
        try (Workplace home = new Workplace(job, null, new Pace(0), control, (table, rows, bytes) -> {})) {
            List<SchemaStep> inOrder = new ArrayList<>();
            for (List<SchemaStep> group : plan.groups(stage)) {
                List<SchemaStep> open =
                        group.stream().filter(step -> !done.contains(step.id())).toList();
                if (stage == SchemaStage.FOREIGN_KEYS || group.size() == 1) {
                    inOrder.addAll(open);
                } else {
                    run(job, home, List.of(Work.Steps.inOrder("schema", inOrder)));
                    inOrder.clear();
                    run(job, home, together(open));
                }
            }
            run(
                    job,
                    home,
                    stage == SchemaStage.FOREIGN_KEYS
                            ? single(inOrder)
                            : List.of(Work.Steps.inOrder("schema", inOrder)));
        }
        // A commit that is flushed flushes all before it.
        state.ping();
    }

    private void run(CopyJob job, Workplace home, List<Work.Steps> works) throws SQLException, InterruptedException {
        List<Work.Steps> some =
                works.stream().filter(work -> !work.steps().isEmpty()).toList();
        List<Crew.Failure> failures = new Crew(migration, control, job, home, () -> true, observer)
                .run(some, (work, result) -> {
                    result.steps().forEach(step -> observer.onStep(step.id(), step.took()));
                    return List.of();
                });
        if (!failures.isEmpty()) {
            throw Crew.failure("the schema's preparation", "", failures);
        }
    }

    private static List<Work.Steps> single(List<SchemaStep> steps) {
        return steps.stream()
                .map(step -> Work.Steps.inOrder(step.id(), List.of(step)))
                .toList();
    }

    private static List<Work.Steps> together(List<SchemaStep> steps) {
        List<Work.Steps> works = new ArrayList<>();
        for (int from = 0; from < steps.size(); from += TOGETHER) {
            works.add(new Work.Steps(
                    "tables", steps.subList(from, Math.min(steps.size(), from + TOGETHER)), true, null, 0));
        }
        return works;
    }
}
