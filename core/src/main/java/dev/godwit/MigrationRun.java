package dev.godwit;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.engine.MigrationEngine;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RecordedConflict;
import java.time.Duration;
import java.util.List;

/**
 * One process's run of a migration. Methods may be called by any thread; those that wait block their caller only.
 *
 * <p>Closing a run that is not completed stops this process's part and nothing else: slot and memory stay, and
 * {@link Migration#resume()} goes on.
 */
public final class MigrationRun implements AutoCloseable {
    private final MigrationEngine engine;

    MigrationRun(MigrationEngine engine) {
        this.engine = engine;
    }

    /**
     * Gives the phase in which the migration is.
     *
     * @return the phase
     */
    public MigrationPhase phase() {
        return engine.phase();
    }

    /**
     * Waits until the target follows closely enough to cut over, or has done so already.
     *
     * @param timeout how long to wait at most
     * @throws MigrationException if the run has failed, or the time is over; then the run goes on, and waiting again is fine
     * @throws dev.godwit.result.MigrationPausedException if it is paused; after {@link #resume()} waiting again is fine
     * @throws dev.godwit.result.MigrationCancelledException if it was closed or cancelled meanwhile
     * @throws InterruptedException if the waiting thread was interrupted; the run goes on
     */
    public void awaitReadyToCutover(Duration timeout) throws InterruptedException {
        engine.await(MigrationPhase.READY_TO_CUTOVER, timeout);
    }

    /**
     * Waits until the migration is completed, be it by {@link #cutover()} in another thread or because the cutover of an
     * earlier process is being finished.
     *
     * @param timeout how long to wait at most
     * @throws MigrationException if the run has failed, or the time is over; then the run goes on, and waiting again is fine
     * @throws InterruptedException if the waiting thread was interrupted; the run goes on
     */
    public void awaitCompleted(Duration timeout) throws InterruptedException {
        engine.await(MigrationPhase.COMPLETED, timeout);
    }

    /**
     * Goes on with a migration that is {@link MigrationPhase#PAUSED}, after the target's schema was adapted. Returns at once; if
     * the target still does not fit, the migration is paused again.
     *
     * @throws MigrationException if it is not paused
     */
    public void resume() {
        engine.resume();
    }

    /**
     * Cuts over: fences the source, applies the last changes, sets the sequences, closes the source, puts triggers back,
     * switches traffic, and removes slot and publication. Returns when all is done.
     *
     * @return how it went
     * @throws dev.godwit.result.CutoverRevertedException if it was undone; the source takes writes and it may be tried again
     * @throws MigrationException if the run is not ready, or the cutover could be neither finished nor undone
     */
    public CutoverReport cutover() {
        return engine.cutover();
    }

    /**
     * Reads the changes that were recorded instead of being applied ({@link ConflictPolicy#RECORD}) and are not acknowledged
     * yet. The rows' values are in table {@code godwit.apply_exception} of the target.
     *
     * @return the conflicts, the first recorded first, 10,000 at most
     * @throws MigrationException if the target cannot be read
     */
    public List<RecordedConflict> conflicts() {
        return engine.recordedConflicts().open();
    }

    /**
     * Says that recorded conflicts have been dealt with, so that they no longer keep the migration from being cut over. Their
     * rows stay in the table, with the time in {@code resolved}.
     *
     * @param upToId the {@link RecordedConflict#id} of the last one that is meant
     * @return how many were acknowledged
     * @throws MigrationException if the target refuses
     */
    public int acknowledgeConflicts(long upToId) {
        return engine.recordedConflicts().acknowledge(upToId);
    }

    /**
     * Looks at what has changed in the source's schema since the migration began, and what of it the target lacks. The cutover
     * is refused until this is empty.
     *
     * @return one sentence for each object: what the source has, and what the target has
     * @throws MigrationException if a catalog cannot be read
     */
    public List<String> schemaChanges() {
        return engine.schemaChanges().open();
    }

    /**
     * Adds tables that were created on the source since the migration began. Creates on the target what it lacks of them (a table
     * that is there already must fit and be empty, and is left as it is otherwise), records the request, and returns; the run is
     * in {@link MigrationPhase#CATCH_UP} until they have joined. They are copied under a snapshot of their own, and followed
     * through a second replication slot until the stream of the others takes them over; that goes on meanwhile. Event
     * {@link dev.godwit.event.MigrationEvent.TableJoined} tells when a table is like any other. If something stands in the way later, a
     * warning tells, and calling this again tries again. A partitioned table brings its partitions.
     *
     * @param tables their names, {@code schema.table}
     * @return whether there was something to add; false if the migration has them all already, be it on their way
     * @throws MigrationException if changes are not being applied (or paused), or a table cannot be added; the message names the
     *     table and what to do, and nothing is changed
     */
    public boolean addTable(String... tables) {
        return engine.tableRequests().add(List.of(tables));
    }

    /**
     * Copies tables afresh, because DDL has changed their rows on the source, or because the target's are not what they should
     * be. Records the request and returns; the run is in {@link MigrationPhase#CATCH_UP} until the tables are copied under a snapshot
     * of their own and have caught up with the others, whose changes are applied meanwhile. The target's tables must fit the
     * source's as they are now; what is built on them stays.
     *
     * @param tables their names, {@code schema.table}
     * @throws MigrationException if changes are not being applied (or paused), a table is unknown, or does not fit
     */
    public void copyAfresh(String... tables) {
        engine.tableRequests().copyAfresh(List.of(tables));
    }

    /**
     * Says that the target is as it should be although it differs from the source's schema as it is now, and that rows which
     * DDL has changed on the source are the same on the target.
     *
     * @return how many differences were acknowledged
     * @throws MigrationException if a server refuses
     */
    public int acknowledgeSchemaChanges() {
        return engine.schemaChanges().acknowledge();
    }

    /**
     * Gives the migration up: stops, drops slot and publication on the source and what the target remembers. Tables on the
     * target stay as they are.
     *
     * @throws MigrationException if the migration is completed or being cut over, or a server fails
     */
    public void cancel() {
        engine.cancel();
    }

    /**
     * Stops this process's part of the migration, and returns when its threads and sessions are gone. Waits for the end of a
     * cutover that another thread has under way.
     */
    @Override
    public void close() {
        engine.close();
    }
}
