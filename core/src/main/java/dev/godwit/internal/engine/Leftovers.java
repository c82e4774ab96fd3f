package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** What a migration leaves on the source, and how it goes. */
final class Leftovers {
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(30);

    private Leftovers() {}

    /** Drops slot and publication, as far as they exist. The slot first: it is what holds back the source's log. */
    static void remove(ServerConnections source, MigrationRecord record) throws SQLException {
        try (Connection connection = source.open()) {
            ReplicationSlots.drop(connection, record.slot(), SLOT_TIMEOUT);
            Publication.drop(connection, record.publication());
            removeAside(connection, record);
        }
    }

    /** Drops what tables that join take beside the migration's own. */
    static void removeAside(ServerConnections source, MigrationRecord record) throws SQLException {
        try (Connection connection = source.open()) {
            removeAside(connection, record);
        }
    }

    private static void removeAside(Connection connection, MigrationRecord record) throws SQLException {
        ReplicationSlots.drop(connection, JoinStore.asideName(record.slot()), SLOT_TIMEOUT);
        Publication.drop(connection, JoinStore.asideName(record.publication()));
    }

    /** Forgets a migration that no process runs: what it left on the source, and what the target remembers. */
    static void forget(MigrationPlan plan) {
        try {
            if (Registration.peek(plan).isEmpty()) {
                return;
            }
            try (StateStore state = StateStore.takeOver(plan.target(), plan.name())) {
                remove(plan.source(), state.record());
                state.forget();
            }
        } catch (SQLException e) {
            throw new MigrationException(
                    null, "migration '" + plan.name() + "' could not be cleaned up: " + e.getMessage(), e);
        }
    }

    /** Gives the SQL that does the same by hand. */
    static String byHand(MigrationRecord record) {
        return "SELECT pg_drop_replication_slot('" + record.slot() + "'); DROP PUBLICATION IF EXISTS "
                + record.publication();
    }
}
