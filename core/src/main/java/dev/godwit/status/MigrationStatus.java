package dev.godwit.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.ServerConnections;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A migration of one database at one moment.
 *
 * @param id a UUID, the same as long as the migration is remembered, whatever process runs it
 * @param name the migration's name
 * @param database the source database's name
 * @param source the source
 * @param target the target
 * @param phase the phase in which it is
 * @param state what that comes to
 * @param initializationCompleted whether every table was loaded, so that from now on changes follow
 * @param startedOn when it was first started
 * @param endedOn when it was completed or cancelled; null before
 * @param asOf when this was so: for another process's migration, when that last stored what is not exact at any moment
 *     ({@code replication}, {@code copy}, rows of tables that are being loaded)
 * @param running whether a process runs it
 * @param replication how far the target is behind
 * @param copy the copy as a whole; null before it began in a process that has copied
 * @param verification whether both sides were compared
 * @param writes on which side applications may write
 * @param reverse how the way back stands; null where there is none, or not yet, or not any more
 * @param failure why it stands still; null if it does not
 * @param tables its tables, by schema and name
 */
public record MigrationStatus(
        String id,
        String name,
        String database,
        ServerStatus source,
        ServerStatus target,
        MigrationPhase phase,
        MigrationState state,
        boolean initializationCompleted,
        Instant startedOn,
        @Nullable Instant endedOn,
        Instant asOf,
        boolean running,
        ReplicationStatus replication,
        @Nullable CopyStatus copy,
        VerificationStatus verification,
        WriteSide writes,
        @Nullable ReverseStatus reverse,
        @Nullable FailureStatus failure,
        List<TableStatus> tables) {

    /**
     * Copies the list.
     *
     * @param id a UUID
     * @param name the migration's name
     * @param database the source database's name
     * @param source the source
     * @param target the target
     * @param phase the phase
     * @param state what that comes to
     * @param initializationCompleted whether every table was loaded
     * @param startedOn when it was first started
     * @param endedOn when it ended
     * @param asOf when this was so
     * @param running whether a process runs it
     * @param replication how far the target is behind
     * @param copy the copy as a whole
     * @param verification whether both sides were compared
     * @param writes where applications may write
     * @param reverse how the way back stands
     * @param failure why it stands still
     * @param tables its tables
     */
    public MigrationStatus {
        tables = List.copyOf(tables);
    }

    /**
     * Reads where a migration stands from what its target remembers, whoever runs it. Opens one session on the target and reads only;
     * the role needs USAGE on schema {@code godwit} and SELECT on its tables, which the one that migrates has.
     *
     * <p>Phase, tables loaded and counters of changes are exact. The lag and the progress of tables that are being loaded are what
     * the running process stored, every 2 s; {@link #asOf} tells when. If no process runs it, {@link #running} is false, the state
     * is INTERRUPTED unless it is final or failed, and {@link #failure} says so.
     *
     * @param target the target; an {@code Endpoint} is one
     * @param name the migration's name
     * @return where it stands
     * @throws dev.godwit.result.MigrationException if the target cannot be read, or remembers no such migration
     */
    public static MigrationStatus read(ServerConnections target, String name) {
        return StatusReader.read(target, name);
    }

    /**
     * Gives the changes applied to all tables.
     *
     * @return the sums
     */
    public AppliedChanges changes() {
        return tables.stream().map(TableStatus::changes).reduce(AppliedChanges.NONE, AppliedChanges::plus);
    }

    /**
     * Counts tables.
     *
     * @param wanted how far their load is
     * @return how many tables are so far
     */
    public long count(TableLoadState wanted) {
        return tables.stream().filter(table -> table.load().state() == wanted).count();
    }

    /**
     * Puts several into one document.
     *
     * @param databases one status for each database, at least one
     * @return the document
     * @throws IllegalArgumentException if there is none
     */
    public static TaskStatus merge(List<MigrationStatus> databases) {
        return TaskStatus.of(databases);
    }

    /**
     * Gives the document of this migration alone; see {@link TaskStatus#toJson}.
     *
     * @return JSON
     */
    public String toJson() {
        return TaskStatus.of(List.of(this)).toJson();
    }
}
