package dev.godwit.replication;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the server says about a replication slot.
 *
 * @param name the slot's name
 * @param plugin the output plugin, empty for a physical slot
 * @param database the database it decodes, empty for a physical slot
 * @param activePid the process that uses it now
 * @param confirmedFlush up to where changes were confirmed and are never sent again
 * @param restartLsn the oldest log still kept for it; absent once invalidated
 * @param walStatus reserved, extended, unreserved or lost; from PostgreSQL 13 on
 * @param safeWalSize bytes that can still be written before log it needs is removed; from 13 on, and only with a limit set
 * @param invalidation why the slot is of no more use, empty for a good one
 */
public record SlotState(
        String name,
        String plugin,
        String database,
        OptionalInt activePid,
        Lsn confirmedFlush,
        Optional<Lsn> restartLsn,
        Optional<String> walStatus,
        OptionalLong safeWalSize,
        Optional<String> invalidation) {

    /**
     * Tells whether a session uses the slot now.
     *
     * @return true if it is active
     */
    public boolean isActive() {
        return activePid.isPresent();
    }
}
