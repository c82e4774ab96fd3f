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
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of an applying session.
 *
 * @param target the session on the target, in a transaction whenever it is used
 * @param applied the position that was stored there
 * @param stream the stream from that position on
 */
record SessionParts(Connection target, Lsn applied, ChangeStream stream) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionParts.class);

    /** Opens both sides; the slot must still hold everything beyond the stored position. */
    static SessionParts open(SubscriberOptions options, SystemIdentity expected, Duration silence) throws SQLException {
        Connection target = openTarget(options);
        try {
            Lsn applied = options.progress().read(target);
            // An earlier session may have committed without waiting for the disk: from here on it may be confirmed.
            options.progress().advance(target, applied, null);
            target.commit();
            if (!options.synchronousCommit()) {
                execute(target, "SET synchronous_commit = off");
                target.commit();
            }
            verifySource(options, expected, applied);
            ChangeStream stream = ChangeStream.open(
                    options.source(),
                    new ChangeStreamOptions(
                            options.slot(),
                            options.publication(),
                            applied,
                            options.limits().queueBytes(),
                            options.limits().decodingMemoryBytes(),
                            options.name() + "-stream",
                            silence));
            return new SessionParts(target, applied, stream);
        } catch (SQLException | RuntimeException e) {
            close(options.name(), target);
            throw e;
        }
    }

    private static Connection openTarget(SubscriberOptions options) throws SQLException {
        Connection target = options.target().open();
        try {
            execute(target, "SET session_replication_role = replica");
            // Rows are looked up by their keys, whatever the planner thinks of the table's size, and sets are hashed.
            execute(target, "SET enable_seqscan = off");
            execute(target, "SET enable_nestloop = off");
            execute(target, "SET work_mem = '32MB'");
            target.unwrap(PGConnection.class).setPrepareThreshold(1);
            target.setAutoCommit(false);
            return target;
        } catch (SQLException | RuntimeException e) {
            close(options.name(), target);
            throw e;
        }
    }

    private static void execute(Connection target, String sql) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void verifySource(SubscriberOptions options, @Nullable SystemIdentity expected, Lsn applied)
            throws SQLException {
        try (Connection source = options.source().open()) {
            ReplicationSlots.ensureMatches(options.slot(), ReplicationSlots.state(source, options.slot()), applied);
            // From 18 on the server would skip all changes with no more than a warning in its own log.
            if (!Publication.exists(source, options.publication())) {
                throw new ReplicationException("publication \"" + options.publication()
                        + "\" does not exist on the source any more (SQLSTATE 42704): changes made since it was dropped are"
                        + " not sent, and making it anew does not bring them back; start afresh");
            }
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

    private static void close(String name, Connection target) {
        try {
            target.close();
        } catch (SQLException e) {
            LOG.debug("{}: closing the session on the target: {}", name, e.toString());
        }
    }

    /** Forgets what is not committed, and closes both sides. */
    @Override
    public void close() {
        stream.close();
        try (target) {
            if (!target.isClosed()) {
                target.rollback();
            }
        } catch (SQLException e) {
            LOG.debug("closing the session on the target: {}", e.toString());
        }
    }
}
