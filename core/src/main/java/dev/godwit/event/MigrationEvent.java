package dev.godwit.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a migration, told to {@link MigrationListener}s after the fact.
 *
 * <p>Tables are named {@code schema.table} as the catalog has them, LSNs in the server's text form. Events are immutable.
 */
public sealed interface MigrationEvent {

    /**
     * Gives the migration's name.
     *
     * @return the name given to the builder
     */
    String migration();

    /**
     * Gives the moment of the event by this process's clock.
     *
     * @return the time
     */
    Instant at();

    /**
     * The migration moved from one phase to another; the new phase is already recorded on the target, where it is one that
     * is recorded.
     *
     * @param migration the migration's name
     * @param at when
     * @param from the phase left
     * @param to the phase entered
     */
    record PhaseChanged(String migration, Instant at, MigrationPhase from, MigrationPhase to)
            implements MigrationEvent {}

    /**
     * A table is going to be copied under the present snapshot.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param estimatedRows rows by the source's statistics, -1 where the source has none
     * @param estimatedBytes size of the table on the source, with TOAST, without indexes
     */
    record TableQueued(String migration, Instant at, String table, long estimatedRows, long estimatedBytes)
            implements MigrationEvent {}

    /**
     * A table's copy goes on; at most four a second and table.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param rows rows copied so far
     * @param bytes bytes of COPY data moved so far
     */
    record TableProgress(String migration, Instant at, String table, long rows, long bytes) implements MigrationEvent {}

    /**
     * A part of a large table that is copied in parts is committed on the target; the table itself when all of them are.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param part the part's number, from 0 on; parts end in any order
     * @param parts into how many the table was split
     * @param rows rows of the part; 0 if an attempt whose answer was lost had copied it
     * @param bytes bytes of COPY data of the part
     * @param took how long it took
     */
    record ChunkCopied(
            String migration, Instant at, String table, int part, int parts, long rows, long bytes, Duration took)
            implements MigrationEvent {}

    /**
     * A table's rows are committed on the target.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param rows rows copied
     * @param bytes bytes of COPY data moved
     * @param took how long the copy took
     * @param format COPY's format that was used: {@code binary} or {@code text}
     */
    record TableCopied(String migration, Instant at, String table, long rows, long bytes, Duration took, String format)
            implements MigrationEvent {}

    /**
     * A table's copy, or something that is built, has failed and is not tried again. The others go on; when they are done the run
     * fails, with all such failures in its message.
     *
     * @param migration the migration's name
     * @param at when
     * @param part what has failed, such as {@code table public.film} or {@code index public.film_title_idx}
     * @param message why, without values of rows
     */
    record PartFailed(String migration, Instant at, String part, String message) implements MigrationEvent {}

    /**
     * The copy as a whole goes on, without indexes and keys; at most one a second, and one when the last table is copied. Counted
     * from where this process began.
     *
     * @param migration the migration's name
     * @param at when
     * @param copied tables whose rows are committed
     * @param tables tables that were to be copied
     * @param rows rows moved so far
     * @param bytes bytes of COPY data moved so far
     * @param doneBytes how much of {@code totalBytes} that is, by the source's statistics
     * @param totalBytes size of the tables on the source, without indexes
     * @param bytesPerSecond by how much {@code doneBytes} has grown per second in the last 30 s
     * @param remaining how long the rest takes at that speed; null while nobody can tell
     */
    record CopyProgress(
            String migration,
            Instant at,
            int copied,
            int tables,
            long rows,
            long bytes,
            long doneBytes,
            long totalBytes,
            long bytesPerSecond,
            @Nullable Duration remaining)
            implements MigrationEvent {}

    /**
     * The throttle of {@code CopyOptions} makes the copy pause, or lets it go on.
     *
     * @param migration the migration's name
     * @param at when
     * @param reason what the throttle said; empty when the copy goes on
     */
    record CopyThrottled(String migration, Instant at, String reason) implements MigrationEvent {}

    /**
     * A piece of the target's schema is in place.
     *
     * @param migration the migration's name
     * @param at when
     * @param step the step's identifier, such as {@code index public.film_title_idx}
     * @param took how long it took
     */
    record SchemaStepDone(String migration, Instant at, String step, Duration took) implements MigrationEvent {}

    /**
     * Where the applied stream stands; about four a second from the first change until the cutover.
     *
     * @param migration the migration's name
     * @param at when
     * @param sourceLsn the end of the source's flushed log
     * @param appliedLsn the position up to which every commit is durable on the target
     * @param lagBytes write-ahead log between the two
     * @param lag estimated time between a commit on the source and its being visible on the target
     * @param transactions source transactions applied by this process
     * @param inserts rows inserted by this process
     * @param updates rows updated by this process
     * @param deletes rows deleted by this process
     */
    record ReplicationProgress(
            String migration,
            Instant at,
            String sourceLsn,
            String appliedLsn,
            long lagBytes,
            Duration lag,
            long transactions,
            long inserts,
            long updates,
            long deletes)
            implements MigrationEvent {}

    /**
     * A change did not fit the target and was recorded in {@code godwit.apply_exception} there instead of being applied; only
     * with the conflict policy RECORD. Of the conflicts of one source transaction the first 10,000 are told.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param commitLsn the source transaction's commit LSN
     * @param kind what did not fit, such as {@code UPDATE_MISSING}
     * @param keyHash a hash of the row's key
     */
    record ConflictRecorded(String migration, Instant at, String table, String commitLsn, String kind, String keyHash)
            implements MigrationEvent {}

    /**
     * A connection was lost or refused, or a transaction was broken off, in a way that may pass; what was under way is tried again.
     *
     * @param migration the migration's name
     * @param at when
     * @param reason what was lost, by the server's or the driver's words
     * @param attempt how many failures there were in a row, from 1 on
     */
    record Reconnecting(String migration, Instant at, String reason, int attempt) implements MigrationEvent {}

    /**
     * After {@link Reconnecting}: the stream is read and applied again, or the step that had failed was done.
     *
     * @param migration the migration's name
     * @param at when
     * @param after time since the first failure
     */
    record Reconnected(String migration, Instant at, Duration after) implements MigrationEvent {}

    /**
     * The preflight of a migration that is being started has found something that does not stop it.
     *
     * @param migration the migration's name
     * @param at when
     * @param severity the finding's severity, as {@link dev.godwit.result.Finding} names it, such as {@code WARNING}
     * @param code the kind of finding
     * @param object what it is about: a table, a setting, a role, a server
     * @param message what was observed against what is required
     * @param remedy what to do
     */
    record FindingReported(
            String migration, Instant at, String severity, String code, String object, String message, String remedy)
            implements MigrationEvent {}

    /**
     * A cutover, or a rehearsal of one, has begun; writers do not wait yet. {@link CutoverCompleted}, {@link CutoverRehearsed},
     * {@link CutoverReverted} or {@link Failed} follows.
     *
     * @param migration the migration's name
     * @param at when
     */
    record CutoverStarted(String migration, Instant at) implements MigrationEvent {}

    /**
     * A step of the cutover begins; {@link CutoverStepDone} follows if it succeeds. From {@code fence} on writers wait.
     *
     * @param migration the migration's name
     * @param at when
     * @param step the step, named as in {@link CutoverStepDone}
     */
    record CutoverStepStarted(String migration, Instant at, String step) implements MigrationEvent {}

    /**
     * A step of the cutover is done.
     *
     * @param migration the migration's name
     * @param at when
     * @param step {@code prepare}, {@code fence}, {@code drain}, {@code fill}, {@code seal}, {@code decide}, {@code switch}
     * @param took how long it took
     */
    record CutoverStepDone(String migration, Instant at, String step, Duration took) implements MigrationEvent {}

    /**
     * The cutover was undone: the source takes writes, and it may be tried again.
     *
     * @param migration the migration's name
     * @param at when
     * @param step the step in which it ended
     * @param message why
     */
    record CutoverReverted(String migration, Instant at, String step, String message) implements MigrationEvent {}

    /**
     * A rehearsal of the cutover has come to its end: the source takes writes, and traffic was not switched.
     *
     * @param migration the migration's name
     * @param at when
     * @param endLsn the source's position up to which everything was on the target
     * @param expectedPause how long writes are to be held back, see {@link dev.godwit.result.RehearsalReport}
     */
    record CutoverRehearsed(String migration, Instant at, String endLsn, Duration expectedPause)
            implements MigrationEvent {}

    /**
     * The cutover is done: the target has taken over.
     *
     * @param migration the migration's name
     * @param at when
     * @param endLsn the source's position behind which there are no commits
     * @param writePause how long writes were held back
     */
    record CutoverCompleted(String migration, Instant at, String endLsn, Duration writePause)
            implements MigrationEvent {}

    /**
     * Both sides are being compared as of one position; {@link VerificationProgress} tells how far that is, and
     * {@link VerificationCompleted} or {@link VerificationFailed} follows.
     *
     * @param migration the migration's name
     * @param at when
     * @param lsn the position in the source's log
     * @param tables the number of tables that are locked against TRUNCATE and rewrites meanwhile
     */
    record VerificationStarted(String migration, Instant at, String lsn, int tables) implements MigrationEvent {}

    /**
     * A verification goes on; at most once a second.
     *
     * @param migration the migration's name
     * @param at when
     * @param tablesDone the tables that are done
     * @param tables the tables to be compared
     * @param rows the source's rows compared so far
     * @param bytes how much of {@code totalBytes} is done
     * @param totalBytes the size of the tables on the source, without indexes
     * @param differingTables tables in which a difference was found so far
     */
    record VerificationProgress(
            String migration,
            Instant at,
            int tablesDone,
            int tables,
            long rows,
            long bytes,
            long totalBytes,
            int differingTables)
            implements MigrationEvent {}

    /**
     * A verification has come to its end.
     *
     * @param migration the migration's name
     * @param at when
     * @param lsn the position at which both sides were compared
     * @param equal whether no difference was found
     * @param differingRows the rows that differ
     * @param took how long it took
     */
    record VerificationCompleted(
            String migration, Instant at, String lsn, boolean equal, long differingRows, Duration took)
            implements MigrationEvent {}

    /**
     * A verification could not be done, or was broken off; the run goes on untouched.
     *
     * @param migration the migration's name
     * @param at when
     * @param message why
     */
    record VerificationFailed(String migration, Instant at, String message) implements MigrationEvent {}

    /**
     * Rows were copied afresh that differed.
     *
     * @param migration the migration's name
     * @param at when
     * @param lsn the position as of which they are what the source has
     * @param rows the number of rows named
     */
    record RowsRepaired(String migration, Instant at, String lsn, int rows) implements MigrationEvent {}

    /**
     * Something else that a human should look at and that does not stop the run.
     *
     * @param migration the migration's name
     * @param at when
     * @param message what was seen and what to do
     */
    record Warning(String migration, Instant at, String message) implements MigrationEvent {}

    /**
     * The source's schema was changed in a way that no change of a row tells, and the target's differs; the cutover is
     * refused until it agrees. Told again whenever the differences change; empty when there are none any more.
     *
     * @param migration the migration's name
     * @param at when
     * @param differences one sentence for each object: what the source has, and what the target has
     */
    record SourceSchemaChanged(String migration, Instant at, List<String> differences) implements MigrationEvent {
        /**
         * Copies the list.
         *
         * @param migration the migration's name
         * @param at when
         * @param differences the differences
         */
        public SourceSchemaChanged {
            differences = List.copyOf(differences);
        }
    }

    /**
     * Tables that the filter selects were created on the source since the migration began, and are not migrated. Told again
     * whenever the list changes, empty when there are none any more; {@code MigrationRun.addTable} adds them.
     *
     * @param migration the migration's name
     * @param at when
     * @param tables their names
     */
    record TablesCreated(String migration, Instant at, List<String> tables) implements MigrationEvent {
        /**
         * Copies the list.
         *
         * @param migration the migration's name
         * @param at when
         * @param tables the tables
         */
        public TablesCreated {
            tables = List.copyOf(tables);
        }
    }

    /**
     * A table that was added or copied afresh is in the migration's stream, with everything that belongs to it.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     */
    record TableJoined(String migration, Instant at, String table) implements MigrationEvent {}

    /**
     * Nothing is applied any more, because the source's schema was changed and the target's does not fit; after it was adapted
     * {@code MigrationRun.resume()} goes on, with nothing lost.
     *
     * @param migration the migration's name
     * @param at when
     * @param table the table
     * @param commitLsn commit LSN of the first source transaction that does not fit
     * @param differences one sentence for each object: what the source has, and what the target has
     */
    record Paused(String migration, Instant at, String table, String commitLsn, List<String> differences)
            implements MigrationEvent {
        /**
         * Copies the list.
         *
         * @param migration the migration's name
         * @param at when
         * @param table the table
         * @param commitLsn the transaction
         * @param differences what does not fit
         */
        public Paused {
            differences = List.copyOf(differences);
        }
    }

    /**
     * The run stopped with an error; what is recorded on the target allows to resume.
     *
     * @param migration the migration's name
     * @param at when
     * @param phase the phase in which it failed
     * @param message what failed and what to do
     */
    record Failed(String migration, Instant at, MigrationPhase phase, String message) implements MigrationEvent {}
}
