package dev.godwit;

import dev.godwit.copy.Throttle;
import dev.godwit.event.ListenerStatistics;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.engine.MigrationEngine;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RecordedConflict;
import dev.godwit.result.RehearsalReport;
import dev.godwit.result.RepairReport;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.status.MigrationStatus;
import java.time.Duration;
import java.util.List;

/**
 * One process's run of a migration. Methods may be called by any thread; those that wait block their caller only.
 *
 * <p>Closing a run that is not completed stops this process's part and nothing else: slot and memory stay, and
 * {@link Migration#resume()} goes on.
 *
 * <p>What controls a run may be called in any phase, any number of times, by any thread, a listener's included; the second call finds
 * done what the first one did:
 *
 * <table>
 *   <caption>Effect of the controls, by phase</caption>
 *   <tr><th>in</th><th>{@link #pause}</th><th>{@link #resume}</th><th>{@link #cutover}</th><th>{@link #cancel}</th></tr>
 *   <tr><td>{@code SCHEMA}</td><td>stands still after the step at hand</td><td>none</td><td>refused</td><td>cancels</td></tr>
 *   <tr><td>{@code SNAPSHOT}</td><td>the copy stands still; after 30 s its snapshot is given up</td><td>none</td><td>refused</td>
 *     <td>cancels</td></tr>
 *   <tr><td>{@code CATCH_UP}</td><td>nothing more is applied</td><td>none</td><td>refused</td><td>cancels</td></tr>
 *   <tr><td>{@code READY_TO_CUTOVER}</td><td>nothing more is applied</td><td>none</td><td>cuts over</td><td>cancels</td></tr>
 *   <tr><td>{@code CUTOVER}</td><td>refused</td><td>none</td><td>waits, and has the same outcome</td><td>waits; cancels if it was
 *     undone, else refused</td></tr>
 *   <tr><td>{@code COMPLETED}</td><td>refused</td><td>none</td><td>gives the same report</td><td>refused</td></tr>
 *   <tr><td>{@code REVERSE_SYNC}</td><td>the old server is not kept in step</td><td>goes on, also after a failure</td>
 *     <td>gives the same report</td><td>refused</td></tr>
 *   <tr><td>{@code ROLLBACK}</td><td>refused</td><td>none</td><td>gives the same report</td><td>refused</td></tr>
 *   <tr><td>{@code ROLLED_BACK}, {@code FINALIZED}</td><td>refused</td><td>none</td><td>gives the same report</td><td>refused</td></tr>
 *   <tr><td>{@code PAUSED}</td><td>none</td><td>goes on where it was</td><td>refused</td><td>cancels</td></tr>
 *   <tr><td>{@code FAILED}</td><td>refused</td><td>refused; see {@link Migration#resume()}</td><td>refused</td><td>cancels; refused if a
 *     cutover was interrupted</td></tr>
 *   <tr><td>{@code CANCELLED}</td><td>refused</td><td>refused</td><td>refused</td><td>none; gives the same report</td></tr>
 * </table>
 *
 * <p>{@link #workers}, {@link #appliers}, {@link #maxBytesPerSecond} and {@link #throttle} are taken in all of them and are used where the
 * migration copies, or applies. They hold until they are set again or the run is closed, and are not recorded. After {@link #close()}
 * everything is refused but {@link #phase()}, {@link #status()} and {@link #listenerStatistics()}, and what was done by this run and only
 * gives its report again: {@link #cutover()}, {@link #rollback()}, {@link #finalizeMigration()}, {@link #cancel()}; waiting for a phase
 * that is reached returns. What is refused throws a {@link MigrationException} and changes nothing.
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
     * Gives where the migration stands, at any time, also after the run was closed. Asks no server: the counters of changes are those
     * of this moment, as are phase, tables and what the target has applied; where the source's log ends was looked at half a second
     * ago at most, as long as the source answers.
     *
     * @return a snapshot; {@link MigrationStatus#toJson} gives it as a document
     */
    public MigrationStatus status() {
        return engine.status();
    }

    /**
     * Gives how the listeners of this run fare: events that were left out because they lagged behind, and what they have thrown. A run
     * that is closed gives what was counted until then.
     *
     * @return the counts of this moment
     */
    public ListenerStatistics listenerStatistics() {
        return engine.listenerStatistics();
    }

    /**
     * Waits until the target follows closely enough to cut over, or has done so already.
     *
     * @param timeout how long to wait at most
     * @throws MigrationException if the run has failed, or the time is over; then the run goes on, and waiting again is fine
     * @throws dev.godwit.result.MigrationPausedException if it is paused, by {@link #pause()} or for a changed schema; after
     *     {@link #resume()} waiting again is fine
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
     * Makes the migration stand still: it is {@link MigrationPhase#PAUSED} when this returns, and what is under way comes to an end
     * soon after. A {@link dev.godwit.event.MigrationEvent.Warning} tells when nothing is copied or applied any more. Slot and state stay,
     * so <b>the source keeps its log</b> as long as the pause lasts; {@link SourceLimits} are looked at meanwhile.
     *
     * <ul>
     *   <li>In {@code SCHEMA} the steps at hand are finished, and no other begins.
     *   <li>In {@code SNAPSHOT} no part of the copy begins, and those under way in this process stand still where they are. For 30 s they
     *       and their snapshot are kept, so that a short pause costs nothing. Then the snapshot is given up, so that vacuum on the source
     *       is not held back, and the parts are broken off: their tables are copied anew, under another snapshot, when the migration goes
     *       on. What is committed stays. An index that is being built is finished.
     *   <li>In {@code CATCH_UP} and {@code READY_TO_CUTOVER} no further transaction is applied; the target stands at the end of one.
     *       Tables that are joining are broken off, and go on later.
     * </ul>
     *
     * <p>The pause is a matter of this run: a process that calls {@link Migration#resume()} after this one has ended intends to go on,
     * and does. A cutover cannot be paused.
     *
     * @throws MigrationException if it is being cut over, has failed, is completed, cancelled, or the run was closed
     */
    public void pause() {
        engine.pause();
    }

    /**
     * Goes on with a migration that is {@link MigrationPhase#PAUSED}, where it was: after {@link #pause()}, or after the target's schema
     * was adapted. Returns at once; if the target still does not fit, the migration is paused again. Has no effect where nothing is
     * paused.
     *
     * @throws MigrationException if it has failed, was cancelled, the run was closed, or the target cannot be written to; in the last case
     *     it stays paused
     */
    public void resume() {
        engine.resume();
    }

    /**
     * Changes how many parts of the copy are under way at a time; see {@link CopyOptions.Builder#workers}. More begin at once; of too many
     * each goes on until it is done, and its sessions are closed. With an executor of the user's it is the number of tasks that it has at
     * a time.
     *
     * @param workers 1 to 64
     * @throws IllegalArgumentException if it is out of range
     * @throws MigrationException if the run was closed or cancelled
     */
    public void workers(int workers) {
        CopyOptions.builder().workers(workers).build();
        engine.workers(workers);
    }

    /**
     * Changes how many sessions of the target apply changes; see {@link ApplyOptions.Builder#appliers}. Applying stands still for a moment
     * and begins anew with that number; a migration that was ready is in {@link MigrationPhase#CATCH_UP} until it is so again.
     *
     * @param appliers 1 to 16
     * @throws IllegalArgumentException if it is out of range
     * @throws MigrationException if the run was closed or cancelled
     */
    public void appliers(int appliers) {
        ApplyOptions.builder().appliers(appliers).build();
        engine.appliers(appliers);
    }

    /**
     * Changes what the copy moves at most, also for those parts of it that are under way; parts in another process, on an executor of the
     * user's, keep what they began with.
     *
     * @param bytes bytes of COPY data per second, of all workers together; 0 for no limit
     * @throws IllegalArgumentException if it is negative
     * @throws MigrationException if the run was closed or cancelled
     */
    public void maxBytesPerSecond(long bytes) {
        CopyOptions.builder().maxBytesPerSecond(bytes).build();
        engine.bytesPerSecond(bytes);
    }

    /**
     * Changes what decides when the copy pauses; it is asked at once. A copy that the former one holds goes on if this one lets it.
     *
     * @param throttle the throttle, in place of that of {@link CopyOptions}; {@link dev.godwit.copy.Throttles#none()} for none
     * @throws MigrationException if the run was closed or cancelled
     */
    public void throttle(Throttle throttle) {
        engine.throttle(throttle);
    }

    /**
     * Cuts over: fences the source, applies the last changes, sets the sequences, closes the source, puts triggers back,
     * switches traffic, and removes slot and publication. Returns when all is done. Who calls while a cutover is under way waits for that
     * one and has the same outcome, report or exception; who calls when it is done is given its report.
     *
     * @return how it went
     * @throws dev.godwit.result.CutoverRevertedException if it was undone; the source takes writes and it may be tried again
     * @throws MigrationException if the run is not ready, or is just being given tables ({@link #addTable}, {@link #copyAfresh}), or the
     *     cutover could be neither finished nor undone; also if an earlier process has completed it, whose report is gone
     */
    public CutoverReport cutover() {
        return engine.cutover();
    }

    /**
     * Does all of a cutover up to where traffic would be switched, measures it, and takes it back: the source takes writes again, and the
     * migration is in {@link MigrationPhase#READY_TO_CUTOVER} again. Tells the write pause to be expected, and finds what would undo a
     * cutover. Works on the calling thread, and waits for a cutover that is under way.
     *
     * <p>As in {@link #cutover()} writers are held back by the fence, the rest is drained, unlogged tables and large objects are copied,
     * materialized views refreshed and sequences set. Otherwise than there
     *
     * <ul>
     *   <li>the source is not closed for good: that is begun, and rolled back. No session is ended, except by a fence that ends sessions
     *       when it is raised ({@code readOnlyDatabase()}), so the time that takes is not in the report;
     *   <li>triggers, identities and row security of the target are put in order in a transaction that is rolled back;
     *   <li>the traffic switch is told nothing.
     * </ul>
     *
     * <p>A process that dies in a rehearsal leaves what one leaves that dies in a cutover before its decision: resuming opens the source.
     * While it lasts the phase is {@link MigrationPhase#CUTOVER}. The migrations of a group are rehearsed one by one.
     *
     * @return how it went
     * @throws dev.godwit.result.CutoverRevertedException if it did not get so far; the source takes writes
     * @throws MigrationException if the run is not ready, or the source could not be opened again; the message says what to do
     */
    public RehearsalReport rehearseCutover() {
        return engine.rehearseCutover();
    }

    /**
     * Waits until {@link #rollback()} may be called: the old server is in step with the target.
     *
     * @param timeout how long to wait at most
     * @throws dev.godwit.result.MigrationPausedException if the old server's keeping in step stands still, because it cannot take what was
     *     changed on the target
     * @throws MigrationException if there is no way back ({@link Migration.Builder#reverse}), it has failed, or the time is over; in the
     *     last case waiting again is fine
     * @throws InterruptedException if the waiting thread was interrupted
     */
    public void awaitReadyToRollback(Duration timeout) throws InterruptedException {
        engine.awaitReadyToRollback(timeout);
    }

    /**
     * Goes the way back: a cutover from the target to the old server, with the steps and guarantees of {@link #cutover()} and within its
     * {@code maxWritePause}. The target is fenced and closed, the last changes and the sequences are brought to the old server, which is
     * opened and takes over; {@link dev.godwit.cutover.TrafficSwitch#switchToSource} points the applications at it. At no moment do both
     * take writes. Its events are those of a cutover, in phase {@link MigrationPhase#ROLLBACK}. Afterwards the migration is
     * {@link MigrationPhase#ROLLED_BACK}, and the target stays closed for writes.
     *
     * @return how it went; {@code endLsn} is the target's
     * @throws dev.godwit.result.CutoverRevertedException if it was undone; the target takes writes and it may be tried again
     * @throws MigrationException if a rollback is not possible now, for the reason that {@link #status()} gives, too; or it could be
     *     neither finished nor undone, and {@link Migration#resume()} goes on
     */
    public CutoverReport rollback() {
        return engine.rollback();
    }

    /**
     * Gives the way back up, be it possible or not: the old server is kept in step no longer, and what that took is removed, slot and
     * publication on the target, schema {@code godwit} on the old server. Triggers and identity columns there are as they were. It stays
     * closed for writes. Without effect the second time.
     *
     * @return what was removed, and what could not be, such as on an old server that is gone for good
     * @throws MigrationException if there is no way back to give up, or a rollback was begun
     */
    public CleanUpReport finalizeMigration() {
        return engine.finalizeMigration();
    }

    /**
     * Compares both sides with the default {@link VerifyOptions}: every value of every migrated table, and the schema.
     *
     * @return what was found
     * @throws MigrationException as {@link #verify(VerifyOptions)}
     * @throws InterruptedException if the calling thread was interrupted; the run goes on
     */
    public VerificationReport verify() throws InterruptedException {
        return verify(VerifyOptions.builder().build());
    }

    /**
     * Compares both sides exactly while everybody goes on writing, in {@code CATCH_UP} or {@code READY_TO_CUTOVER}, one verification at a
     * time. Returns when it is done.
     *
     * <p>A temporary replication slot gives a snapshot of the source at a known LSN; the apply is held for a moment exactly there, until
     * the target's snapshot is taken too, and goes on. The slot has to wait for open transactions that have written, and nothing is applied
     * while it does, for 2 s at most; while a transaction is in the way that is older than 1 s, it is waited for without holding anything.
     * When that does not help within 5 minutes, the exception names the transactions.
     *
     * <p>Until it is done both sides' tables are locked in mode ACCESS SHARE, as by {@code pg_dump}: readers and writers do not notice,
     * TRUNCATE and DDL wait. Tables that are joining, or are being copied afresh, are left out, which the report says.
     * {@link #cutover()}, {@link #addTable} and {@link #copyAfresh} are refused meanwhile; {@link #pause()} lets it come to its end;
     * closing or cancelling the run ends it, and so does an interrupt.
     *
     * <p>What was found is remembered on the target (table {@code godwit.verification}), and a cutover may require it; see
     * {@link CutoverOptions.Builder#requireVerified}.
     *
     * @param options what is compared, and how
     * @return what was found; {@link VerificationReport#throwIfDifferent()} throws if there is a difference
     * @throws MigrationException if the run applies no changes, a verification is under way, the snapshots could not be taken, or a session
     *     was lost; the run goes on
     * @throws dev.godwit.result.MigrationCancelledException if the run was closed or cancelled
     * @throws InterruptedException if the calling thread was interrupted; the run goes on
     * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">PostgreSQL manual: CREATE_REPLICATION_SLOT</a>
     */
    public VerificationReport verify(VerifyOptions options) throws InterruptedException {
        return engine.verify(options.settings());
    }

    /**
     * Copies afresh the rows that a verification has named: {@link #repair(List)} with {@link VerificationReport#differences()}, which
     * are as many of each table as {@link VerifyOptions.Builder#maxDifferences} says.
     *
     * @param report what a verification has found
     * @return what was done
     * @throws MigrationException as there
     * @throws InterruptedException if the calling thread was interrupted; nothing is changed then
     */
    public RepairReport repair(VerificationReport report) throws InterruptedException {
        return repair(report.differences());
    }

    /**
     * Copies rows afresh that differ, in {@code CATCH_UP} or {@code READY_TO_CUTOVER}. As for {@link #verify(VerifyOptions)} a snapshot of
     * the source is taken at a known LSN and the apply is held exactly there; it stays held while one transaction on the target, with
     * triggers and foreign keys off, deletes the rows by their keys, copies what the snapshot has of them, row filters and column lists
     * respected, and compares them. Then the apply goes on. It fails as a whole or not at all.
     *
     * @param rows the rows, 1 to 10,000, of tables that have a key; others are copied by {@link #copyAfresh}
     * @return what was done
     * @throws MigrationException if the snapshots could not be taken, a row has no key, the target refuses rows (the message names them
     *     by the hash of their key), or they differ even so; nothing is changed then, and the run goes on. Also if the target's answer to
     *     the commit was lost, as the message says: then all rows were repaired or none was, which another verification tells
     * @throws dev.godwit.result.MigrationCancelledException if the run was closed or cancelled
     * @throws InterruptedException if the calling thread was interrupted; nothing is changed then
     */
    public RepairReport repair(List<RowDifference> rows) throws InterruptedException {
        return engine.repair(List.copyOf(rows));
    }

    /**
     * Reads the changes that were recorded instead of being applied ({@link ConflictPolicy#RECORD}) and are not acknowledged
     * yet. The rows' values are in table {@code godwit.apply_exception} of the target.
     *
     * @return the conflicts, the first recorded first, 10,000 at most
     * @throws MigrationException if the run was closed, or the target cannot be read
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
     * @throws MigrationException if the run was closed, another process has taken the migration over, or the target refuses
     */
    public int acknowledgeConflicts(long upToId) {
        return engine.recordedConflicts().acknowledge(upToId);
    }

    /**
     * Looks at what has changed in the source's schema since the migration began, and what of it the target lacks. The cutover
     * is refused until this is empty.
     *
     * @return one sentence for each object: what the source has, and what the target has
     * @throws MigrationException if the run was closed, or a catalog cannot be read
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
     * warning tells, and calling this again tries again. A partitioned table brings its partitions. From this call on the run is not cut
     * over without them.
     *
     * @param tables their names, {@code schema.table}; as in SQL, both parts between quotes, where dots in them leave open which is meant
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
     * source's as they are now; what is built on them stays. From this call on the run is not cut over without them.
     *
     * @param tables their names, {@code schema.table}; as in SQL, both parts between quotes, where dots in them leave open which is meant
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
     * @throws MigrationException if the run was closed, another process has taken the migration over, or a server refuses
     */
    public int acknowledgeSchemaChanges() {
        return engine.schemaChanges().acknowledge();
    }

    /**
     * Gives the migration up and leaves the target's tables as they are: {@link #cancel(CancelOption)} with
     * {@link CancelOption#LEAVE_TARGET}.
     *
     * @return what was removed
     * @throws MigrationException as there
     */
    public CleanUpReport cancel() {
        return cancel(CancelOption.LEAVE_TARGET);
    }

    /**
     * Gives the migration up: stops, drops slot and publication on the source, then what the option says on the target, and at last what
     * the target remembers; closes the run. Has no effect the second time, whatever the option.
     *
     * <p>If a server fails on the way, the run is stopped and the rest may be done later: by calling this again, or without a run by
     * {@link Migration#cleanUp(CancelOption)}. If it was the source that could not be reached, nothing is changed yet, and the exception
     * names slot and publication; {@link Migration#resume()} could also go on. Once they are gone, it cannot.
     *
     * @param option what is done with the target
     * @return what was removed, and what could not be
     * @throws MigrationException if the migration is completed or being cut over, a cutover was interrupted (resume first: the source may
     *     be closed), the run was closed, or a server fails
     */
    public CleanUpReport cancel(CancelOption option) {
        return engine.cancel(option == CancelOption.CLEAN_TARGET);
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
