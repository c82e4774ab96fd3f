package dev.godwit;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.group.GroupEngine;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.GroupCutoverReport;
import dev.godwit.result.MigrationException;
import dev.godwit.status.TaskStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One process's runs of the migrations of a group. Methods may be called by any thread; those that wait block their caller only.
 *
 * <p>Closing it stops this process's part and nothing else: {@link MigrationGroup#resume()} goes on.
 */
public final class MigrationGroupRun implements AutoCloseable {
    private final GroupEngine engine;
    private final Map<String, MigrationRun> runs;

    MigrationGroupRun(GroupEngine engine) {
        this.engine = engine;
        this.runs = engine.runs((name, member) -> new MigrationRun(member));
    }

    /**
     * Gives the run of one migration, with all that can be done to it alone. One that waits for its turn is in phase
     * {@code CREATED}, in which it can be cancelled and closed but not paused; one that is paused while it copies keeps its turn.
     *
     * @param name the migration's name
     * @return its run; the group closes it
     * @throws IllegalArgumentException if the group has no migration of that name
     */
    public MigrationRun run(String name) {
        MigrationRun run = runs.get(name);
        if (run == null) {
            throw new IllegalArgumentException(
                    "the group has no migration '" + name + "'; its migrations are " + runs.keySet());
        }
        return run;
    }

    /**
     * Gives the runs of all migrations.
     *
     * @return the runs by name, in the order in which they were added; the group closes them
     */
    public Map<String, MigrationRun> runs() {
        return runs;
    }

    /**
     * Gives the phases in which the migrations are.
     *
     * @return the phases by name, each as of its own moment
     */
    public Map<String, MigrationPhase> phases() {
        Map<String, MigrationPhase> phases = new LinkedHashMap<>();
        runs.forEach((name, run) -> phases.put(name, run.phase()));
        return phases;
    }

    /**
     * Waits until each migration was ready to cut over at some moment since the call, or is completed. One that stands still ends the
     * waiting at once, whatever the others do.
     *
     * @param timeout how long to wait at most for all
     * @throws MigrationException if one has failed, or the time is over; the others go on, and waiting again is fine
     * @throws dev.godwit.result.MigrationPausedException if one is paused
     * @throws dev.godwit.result.MigrationCancelledException if one was closed or cancelled meanwhile
     * @throws InterruptedException if the waiting thread was interrupted; the runs go on
     */
    public void awaitReadyToCutover(Duration timeout) throws InterruptedException {
        engine.await(MigrationPhase.READY_TO_CUTOVER, timeout);
    }

    /**
     * Waits until all migrations are completed. One that stands still ends the waiting at once.
     *
     * @param timeout how long to wait at most for all
     * @throws MigrationException if one has failed, or the time is over; the others go on, and waiting again is fine
     * @throws InterruptedException if the waiting thread was interrupted; the runs go on
     */
    public void awaitCompleted(Duration timeout) throws InterruptedException {
        engine.await(MigrationPhase.COMPLETED, timeout);
    }

    /**
     * Cuts one migration over alone, as {@link MigrationRun#cutover()} does.
     *
     * @param name the migration's name
     * @return how it went
     * @throws dev.godwit.result.CutoverRevertedException if it was undone; the source takes writes and it may be tried again
     * @throws MigrationException if the run is not ready, or the cutover could be neither finished nor undone
     */
    public CutoverReport cutover(String name) {
        return run(name).cutover();
    }

    /**
     * Cuts all migrations over that are not completed: all of them, or none. Every step is done for all before the next one begins: all
     * are prepared, all sources fenced, all targets drained and filled, all sources closed, then one decision is made for all, then
     * traffic is switched, first that of the first migration. Its write pause is that of all: it begins with the first fence and may
     * last as long as the smallest {@link CutoverOptions.Builder#maxWritePause} among them. While one fence cannot be raised, the
     * others are lowered after a quarter of that, and raised again with it, as long as the smallest
     * {@link CutoverOptions.Builder#fenceTimeout}.
     *
     * <p>What fails up to and in the switch of the first migration undoes all. If the switch of another one fails, traffic has been
     * pointed at a target already, so the others are finished, and {@link MigrationGroup#resume()} calls that switch again.
     *
     * <p>If the process dies, {@link MigrationGroup#resume()} finishes the cutover for all if it had been decided, and else undoes it for
     * all. Called again after it has returned, it gives the same report.
     *
     * @return how it went
     * @throws dev.godwit.result.CutoverRevertedException if all were undone; the sources take writes and it may be tried again
     * @throws MigrationException if a migration is not ready, or could be neither finished nor undone; the message names it
     */
    public GroupCutoverReport cutover() {
        return engine.cutover();
    }

    /**
     * Gives where all migrations stand, in one document.
     *
     * @return the status of each, as of its own moment
     */
    public TaskStatus status() {
        return TaskStatus.of(engine.status());
    }

    /**
     * Gives up all migrations that are not completed and leaves the targets' tables as they are: {@link #cancel(CancelOption)} with
     * {@link CancelOption#LEAVE_TARGET}.
     *
     * @return what was removed, one report for each migration that was given up
     * @throws MigrationException as there
     */
    public List<CleanUpReport> cancel() {
        return cancel(CancelOption.LEAVE_TARGET);
    }

    /**
     * Gives up all migrations that are not completed, as {@link MigrationRun#cancel(CancelOption)} does. What goes wrong with one keeps
     * none of the others from being cancelled. Those that were cancelled before are left out.
     *
     * @param option what is done with the targets
     * @return what was removed, and what was not, one report for each migration that was given up, in their order
     * @throws MigrationException if one is being cut over, or a server fails
     */
    public List<CleanUpReport> cancel(CancelOption option) {
        return engine.cancel(option == CancelOption.CLEAN_TARGET);
    }

    /**
     * Stops this process's part of all migrations, and returns when its threads and sessions are gone. Waits for the end of a cutover
     * that another thread has under way.
     */
    @Override
    public void close() {
        engine.close();
    }
}
