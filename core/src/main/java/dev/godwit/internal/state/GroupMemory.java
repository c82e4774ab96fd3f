package dev.godwit.internal.state;

import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;

/**
 * What a migration that this process owns remembers of cutovers of a group. Safe for use by any thread: calls are serialised with those
 * of the {@link StateStore}, whose session they use.
 */
public final class GroupMemory {
    private final StateStore store;
    private final OwnerSession session;
    private final String migration;

    GroupMemory(StateStore store, OwnerSession session, String migration) {
        this.store = store;
        this.session = session;
        this.migration = migration;
    }

    /** Reads to which decision of a group the migration is bound. */
    public GroupVote vote() throws SQLException {
        synchronized (store) {
            return GroupTables.vote(session.get(), migration)
                    .orElseThrow(() -> new MigrationException(
                            MigrationPhase.CUTOVER,
                            "migration '" + migration + "' is PREPARED for the cutover of a group, and its row in"
                                    + " godwit.group_vote on the target is missing: put it back, or set cutover_step in"
                                    + " godwit.migration by hand, to SWITCHING if another member of the group has completed, else"
                                    + " to SEALING",
                            null));
        }
    }

    /**
     * Makes sure that nobody needs what is recorded here.
     *
     * @throws MigrationException if a group's cutover hangs on it, or one of its own was interrupted
     */
    public void requireForgettable() throws SQLException {
        synchronized (store) {
            MigrationRecord record = store.record();
            GroupTables.requireSettled(session.get(), migration, record);
            record.requireNoneInterrupted(migration);
        }
    }

    /**
     * Makes sure that the migration does not wait for the decision of a group, and that no cutover was interrupted.
     *
     * @throws MigrationException if it does or one was, or the target cannot be read
     */
    public void requireNoVote() {
        try {
            MigrationRecord record = store.record();
            GroupTables.requireNoVote(migration, record);
            record.requireNoneInterrupted(migration);
        } catch (SQLException e) {
            throw new MigrationException(
                    null, "migration '" + migration + "' cannot be read on the target: " + e.getMessage(), e);
        }
    }

    /** Forgets which cutovers of groups this migration has coordinated; only who owns all of their members may. */
    public void forgetDecisions() throws SQLException {
        synchronized (store) {
            GroupTables.forgetDecisions(session.get(), migration);
        }
    }
}
