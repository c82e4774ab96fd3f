package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.stream.ChangeStream;
import dev.godwit.replication.stream.ChangeStreamOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an applying session.
 *
 * @param targets the sessions of the target
 * @param stream the stream from the stored position on
 */
record SessionParts(TargetSessions targets, ChangeStream stream) implements AutoCloseable {

    /** Opens both sides; the slot must still hold everything beyond the stored position. */
    static SessionParts open(
            SubscriberOptions options, SystemIdentity expected, Duration silence, ApplyPlan plan, SplitTables split)
            throws SQLException {
        TargetSessions targets = TargetSessions.open(options, plan, split);
        try {
            verifySource(options, expected, targets.applied());
            ChangeStream stream = ChangeStream.open(
                    options.source(),
                    new ChangeStreamOptions(
                            options.slot(),
                            options.publication(),
                            targets.applied(),
                            options.limits().queueBytes(),
                            options.limits().decodingMemoryBytes(),
                            options.name() + "-stream",
                            silence));
            return new SessionParts(targets, stream);
        } catch (SQLException | RuntimeException e) {
            targets.close();
            throw e;
        }
    }

    private static void verifySource(SubscriberOptions options, @Nullable SystemIdentity expected, Lsn applied)
            throws SQLException {
        try (Connection source = options.source().open()) {
            ReplicationSlots.ensureMatches(options.slot(), ReplicationSlots.state(source, options.slot()), applied);
            ReplicationSlots.requireLog(source, applied);
            Publication.requireExists(source, options.publication());
        }
        if (expected != null) {
            SystemIdentity found = SystemIdentity.of(options.source());
            if (!found.isSameDatabaseAs(expected) || found.timeline() != expected.timeline()) {
                throw new ReplicationException("the source is now " + found + ", it was " + expected
                        + "; another server, or one that was promoted, may lack changes that were applied already:"
                        + " start afresh from it");
            }
        }
    }

    /** Forgets what is not committed, and closes both sides. */
    @Override
    public void close() {
        stream.close();
        targets.close();
    }
}
