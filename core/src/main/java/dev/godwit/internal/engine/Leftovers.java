package dev.godwit.internal.engine;

import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;

/** What a migration leaves on the source, and how it goes. */
final class Leftovers {
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(30);

    private Leftovers() {}

    /** Drops slot and publication, as far as they exist. */
    static void remove(ServerConnections source, MigrationRecord record) throws SQLException {
        Traces.remove(source, record, new ArrayList<>());
    }

    /** Drops what tables that join take beside the migration's own. */
    static void removeAside(ServerConnections source, MigrationRecord record) throws SQLException {
        try (Connection connection = source.open()) {
            ReplicationSlots.drop(connection, JoinStore.asideName(record.slot()), SLOT_TIMEOUT);
            Publication.drop(connection, JoinStore.asideName(record.publication()));
        }
    }

    /** Gives the SQL that does the same by hand. */
    static String byHand(MigrationRecord record) {
        return byHand(record.slot(), record.publication());
    }

    /** Gives the SQL that drops a slot and a publication, whose names need no quotes. */
    static String byHand(String slot, String publication) {
        return "SELECT pg_drop_replication_slot('" + slot + "'); DROP PUBLICATION IF EXISTS " + publication;
    }
}
