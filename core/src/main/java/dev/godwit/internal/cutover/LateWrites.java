package dev.godwit.internal.cutover;

import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.stream.ChangeStream;
import dev.godwit.replication.stream.ChangeStreamOptions;
import dev.godwit.replication.stream.StreamEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches the log of a source that is closed for what was written there behind the end of a cutover, by sessions that do not care
 * about its being closed, while no process was there to see it. Nothing is confirmed: what is found can still be applied. Sees rows of
 * the migration's tables; not large objects, nor what sequences have counted. Used by one thread.
 */
final class LateWrites {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long QUEUE_BYTES = 16 << 20;

    private final ServerConnections source;
    private final MigrationRecord migration;
    private final Lsn applied;
    private final Map<Integer, RelationName> tables = new HashMap<>();
    private Lsn commit = Lsn.ZERO;

    /**
     * Makes one.
     *
     * @param migration has the names of slot and publication
     * @param applied up to where the target has stored what it applied; nothing beyond is confirmed, or it could not go on from there
     */
    LateWrites(ServerConnections source, MigrationRecord migration, Lsn applied) {
        this.source = source;
        this.migration = migration;
        this.applied = applied;
    }

    /**
     * Gives the first one.
     *
     * @param end the end of the cutover: every commit before it was applied
     * @return what changed and where, for messages; empty if there is none
     * @throws SQLException if a connection was lost, or the slot is in use still; it may be searched again then
     * @throws ReplicationException if the slot does not have that part of the log any more
     */
    Optional<String> first(Lsn end) throws SQLException, InterruptedException {
        Lsn until;
        try (Connection session = source.open()) {
            ReplicationSlots.ensureMatches(
                    migration.slot(), ReplicationSlots.state(session, migration.slot()), applied);
            Publication.requireExists(session, migration.publication());
            until = WalPosition.flushedEnd(session);
        }
        tables.clear();
        commit = Lsn.ZERO;
        try (ChangeStream stream = ChangeStream.open(
                source,
                new ChangeStreamOptions(
                        migration.slot(),
                        migration.publication(),
                        applied,
                        QUEUE_BYTES,
                        migration.slot() + "-search"))) {
            return search(stream, end, until);
        }
    }

    private Optional<String> search(ChangeStream stream, Lsn end, Lsn until) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            StreamEvent event = stream.poll(POLL);
            if (event == null) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new ReplicationException("the source's log from " + end + " to " + until
                            + " could not be searched within " + LIMIT + "; " + stream.received() + " was reached");
                }
                stream.requestKeepalive();
            } else if (event instanceof StreamEvent.Position position) {
                if (position.lsn().isAtOrAfter(until)) {
                    return Optional.empty();
                }
            } else if (event instanceof StreamEvent.Message message) {
                String table = changed(message.message());
                if (table != null && commit.isAtOrAfter(end)) {
                    return Optional.of("a change of table " + table + ", committed at " + commit);
                }
                if (message.message() instanceof PgOutputMessage.Commit ended
                        && ended.endLsn().isAtOrAfter(until)) {
                    return Optional.empty();
                }
            }
        }
    }

    /** Gives the table, if it is a change. */
    private @Nullable String changed(PgOutputMessage message) {
        if (message instanceof PgOutputMessage.Begin begin) {
            commit = begin.commitLsn();
        } else if (message instanceof PgOutputMessage.Relation relation) {
            tables.put(relation.id(), new RelationName(relation.schema(), relation.name()));
        } else if (message instanceof PgOutputMessage.Insert insert) {
            return table(insert.relationId());
        } else if (message instanceof PgOutputMessage.Update update) {
            return table(update.relationId());
        } else if (message instanceof PgOutputMessage.Delete delete) {
            return table(delete.relationId());
        } else if (message instanceof PgOutputMessage.Truncate truncate) {
            return table(truncate.relationIds().get(0));
        }
        return null;
    }

    private String table(int relation) {
        return String.valueOf(tables.get(relation));
    }
}
