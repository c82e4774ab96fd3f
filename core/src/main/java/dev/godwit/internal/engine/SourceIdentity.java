package dev.godwit.internal.engine;

import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What answers under the address of the source, beside what a migration began on.
 *
 * @param migration the migration's name
 * @param source the source
 * @param recorded the migration as the target remembers it
 * @param found what answers
 */
record SourceIdentity(String migration, ServerConnections source, MigrationRecord recorded, SystemIdentity found) {

    /** Asks the source. */
    static SourceIdentity of(String migration, ServerConnections source, MigrationRecord recorded) throws SQLException {
        return new SourceIdentity(migration, source, recorded, SystemIdentity.of(source));
    }

    /** Says that it is another database, where nothing is the migration's; empty if it is not. */
    Optional<String> another() {
        boolean same = found.systemIdentifier().equals(recorded.sourceSystem())
                && found.database().equals(recorded.sourceDatabase());
        return same
                ? Optional.empty()
                : Optional.of(
                        "migration '" + migration + "' began on database " + recorded.sourceDatabase() + " of system "
                                + recorded.sourceSystem() + ", but " + source + " is database " + found.database()
                                + " of system " + found.systemIdentifier());
    }

    /** Says that it was promoted, or restored, and so may lack what was committed; empty if it was not. */
    Optional<String> promoted() {
        return found.timeline() == recorded.sourceTimeline()
                ? Optional.empty()
                : Optional.of("the " + source + " is on timeline " + found.timeline() + ", and migration '" + migration
                        + "' began on timeline " + recorded.sourceTimeline() + ": a standby was promoted");
    }
}
