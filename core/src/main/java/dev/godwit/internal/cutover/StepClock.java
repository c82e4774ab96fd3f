package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationEvent;
import dev.godwit.replication.DriverLog;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.RehearsalReport;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Times the steps of a cutover and tells of each, and of the whole. Used by one thread. */
final class StepClock {
    private final String migration;
    private final Consumer<MigrationEvent> events;
    private final StepRecorder recorder;
    private final Map<String, Duration> steps = new LinkedHashMap<>();
    private String current = "start";

    StepClock(String migration, Consumer<MigrationEvent> events, StepRecorder recorder) {
        this.migration = migration;
        this.events = events;
        this.recorder = recorder;
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
        recorder.record(name);
        events.accept(new MigrationEvent.CutoverStepStarted(migration, Instant.now(), name));
        long started = System.nanoTime();
        T result = withoutValues(() -> {
            StepHook.set().at(migration, name, false);
            T done = step.run();
            StepHook.set().at(migration, name, true);
            return done;
        });
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

    /** Tells that an attempt begins. */
    void tellStarted() {
        events.accept(new MigrationEvent.CutoverStarted(migration, Instant.now()));
    }

    /** Tells that the target has taken over. */
    void tellCompleted(CutoverReport report) {
        recorder.record("done");
        events.accept(new MigrationEvent.CutoverCompleted(
                migration, Instant.now(), report.endLsn().toString(), report.writePause()));
    }

    /** Tells that a rehearsal has come to its end. */
    void tellRehearsed(RehearsalReport report) {
        recorder.record("rehearsed");
        events.accept(new MigrationEvent.CutoverRehearsed(
                migration, Instant.now(), report.endLsn().toString(), report.expectedPause()));
    }

    /** Tells that the attempt was undone. */
    void tellReverted(CutoverRevertedException reverted) {
        recorder.record("undone");
        events.accept(new MigrationEvent.CutoverReverted(
                migration, Instant.now(), current, String.valueOf(reverted.getMessage())));
    }

    /** Gives the step that is running, or ran last. */
    String current() {
        return current;
    }

    Map<String, Duration> steps() {
        return steps;
    }
}
