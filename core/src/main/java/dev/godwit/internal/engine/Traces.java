package dev.godwit.internal.engine;

import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SlotState;
import dev.godwit.replication.SystemIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a migration's publication, and the slot that bears the same name, are known as its own on the source when the target remembers
 * nothing any more: by the publication's comment, which holds the migration's whole name and which database it leads to. The names of
 * slot and publication would not do. They hold a part of the migration's name only, in lower case and cut off, so that those of two
 * migrations may begin alike; and several migrations of one name may lead to different targets.
 */
final class Traces {
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(30);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private Traces() {}

    /** Gives what the comments of a migration's publications begin with, whatever target it has; a name holds no quotes. */
    private static String ofName(String migration) {
        return "godwit migration '" + migration + "' to ";
    }

    /** Gives the comment of a migration's publications; empty if the target does not tell which system it is. */
    private static Optional<String> of(String migration, ServerConnections target) throws SQLException {
        try (Connection connection = target.open()) {
            SystemIdentity identity = SystemIdentity.of(connection);
            return Optional.of(of(migration, identity.database(), identity.systemIdentifier()));
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Gives the comment of the publications of a migration to a database. */
    static String of(String migration, String database, String system) {
        return ofName(migration) + "database " + database + " of system " + system;
    }

    /** Leaves a trace on a publication. */
    static void leave(Connection source, String publication, String migration, ServerConnections target)
            throws SQLException {
        Publication.comment(
                source, publication, of(migration, target).orElse(ofName(migration) + "a target that is not known"));
    }

    /**
     * Removes what bears a migration's trace and no session uses.
     *
     * @param removed gets what is gone
     * @param left gets what may be the migration's and was not touched, and why
     */
    static void remove(
            String migration,
            ServerConnections source,
            ServerConnections target,
            List<String> removed,
            List<String> left)
            throws SQLException {
        remove(migration, source, of(migration, target).orElse(""), removed, left);
    }

    /**
     * Does it for a target that cannot be asked.
     *
     * @param exact the comment of the migration's publications; empty if it is not known
     */
    static void remove(
            String migration, ServerConnections source, String exact, List<String> removed, List<String> left)
            throws SQLException {
        try (Connection connection = source.open()) {
            for (Map.Entry<String, String> publication :
                    Publication.comments(connection, ofName(migration)).entrySet()) {
                String name = publication.getKey();
                Optional<SlotState> slot = ReplicationSlots.state(connection, name);
                String byHand = "; if that is so, by hand: " + Leftovers.byHand(name, name);
                if (!publication.getValue().equals(exact)) {
                    left.add("publication" + (slot.isPresent() ? " and slot " : " ") + name
                            + " on the source: a migration of this name to another target made it ("
                            + publication.getValue() + ") and may need it; nobody but you knows whether that is over"
                            + byHand);
                } else if (slot.isPresent() && slot.get().isActive()) {
                    left.add("publication and slot " + name + " on the source: session "
                            + slot.get().activePid().orElse(0)
                            + " uses the slot; end the process that runs the migration, then clean up again");
                } else {
                    drop(connection, name, name, removed);
                }
            }
        }
    }

    /** Drops what a recorded migration has on the source, in use or not. The slot first: it is what holds back the source's log. */
    static void remove(ServerConnections source, MigrationRecord record, List<String> removed) throws SQLException {
        try (Connection connection = source.open()) {
            drop(connection, record.slot(), record.publication(), removed);
            drop(connection, JoinStore.asideName(record.slot()), JoinStore.asideName(record.publication()), removed);
        }
    }

    private static void drop(Connection connection, String slot, String publication, List<String> removed)
            throws SQLException {
        boolean hadSlot = ReplicationSlots.state(connection, slot).isPresent();
        ReplicationSlots.drop(connection, slot, SLOT_TIMEOUT);
        if (hadSlot) {
            removed.add("slot " + slot + " on the source");
        }
        boolean hadPublication = Publication.exists(connection, publication);
        Publication.drop(connection, publication);
        if (hadPublication) {
            removed.add("publication " + publication + " on the source");
        }
    }
}
