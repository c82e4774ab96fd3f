package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationEvent;
import dev.godwit.replication.DriverLog;
import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Times the steps of a cutover and tells of each that is done. Used by one thread. */
final class StepClock {
    private final String migration;
    private final Consumer<MigrationEvent> events;
    private final Map<String, Duration> steps = new LinkedHashMap<>();
    private String current = "start";

    StepClock(String migration, Consumer<MigrationEvent> events) {
        this.migration = migration;
        this.events = events;
    }

    /** A step with a result. */
    interface Step<T> {
        T run() throws Exception;
    }

    /** A step that only does something. */
    interface Action {
        void run() throws Exception;
    }

    void run(String name, Action action) throws Exception {
        time(name, () -> {
            action.run();
            return true;
        });
    }

    <T> T time(String name, Step<T> step) throws Exception {
        current = name;
        long started = System.nanoTime();
        T result = withoutValues(step);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        steps.put(name, took);
        events.accept(new MigrationEvent.CutoverStepDone(migration, Instant.now(), name, took));
        return result;
    }

    @SuppressWarnings("try")
    private static <T> T withoutValues(Step<T> step) throws Exception {
        try (DriverLog.Quiet quiet = DriverLog.quiet()) {
            return step.run();
        } catch (SQLException e) {
            throw WithoutValues.of(e);
        }
    }

    /** Gives the step that is running, or ran last. */
    String current() {
        return current;
    }

    Map<String, Duration> steps() {
        return steps;
    }
}
