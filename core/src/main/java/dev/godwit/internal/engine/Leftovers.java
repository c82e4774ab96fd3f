package dev.godwit.internal.engine;

import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
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
        }
    }

    /** Gives the SQL that does the same by hand. */
    static String byHand(MigrationRecord record) {
        return "SELECT pg_drop_replication_slot('" + record.slot() + "'); DROP PUBLICATION IF EXISTS "
                + record.publication();
    }
}
