package dev.godwit.internal.watch;

import dev.godwit.internal.plan.LimitSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches over what a migration costs its source: log that its slots retain, row versions that its snapshot keeps from vacuum, and
 * sessions that wait for its locks. Safe for use by any thread.
 */
public final class SourceGuard {
    /** From this share of a limit on it is warned of. */
    private static final double NEAR = 0.8;
    /** The part of a slot's name that those of its helpers begin with. */
    private static final int SLOT_PREFIX = 55;

    private static final String COST = """
            SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint,
                   greatest(coalesce(max(age(catalog_xmin)), 0), coalesce(max(age(xmin)), 0),
                            (SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_catalog.pg_stat_activity
                              WHERE application_name = left(?, 63) AND datname = current_database()))::bigint
              FROM pg_catalog.pg_replication_slots
             WHERE left(slot_name::text, length(?)) = ? AND database = current_database()
            """;
    private static final String WAITING = """
            SELECT l.pid, a.usename, n.nspname || '.' || c.relname, l.mode
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
              JOIN pg_catalog.pg_class c ON c.oid = l.relation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT l.granted AND l.locktype = 'relation' AND a.datname = current_database()
               AND a.application_name <> left(?, 63)
               AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity o
                            WHERE o.application_name = left(?, 63) AND o.pid = ANY (pg_blocking_pids(l.pid)))
             ORDER BY 1
            """;

    private final String applicationName;
    private final String slot;
    private final LimitSettings limits;
    private final Consumer<String> warnings;
    private final Set<String> told = new HashSet<>();

    /**
     * Makes a guard.
     *
     * @param slot the migration's slot
     * @param warnings told of each thing once, and again after it had been over
     */
    public SourceGuard(String migration, String slot, LimitSettings limits, Consumer<String> warnings) {
        this.applicationName = "godwit-" + migration;
        this.slot = slot.substring(0, Math.min(slot.length(), SLOT_PREFIX));
        this.limits = limits;
        this.warnings = warnings;
    }

    /**
     * Looks.
     *
     * @return whether copying has to slow down
     * @throws SourceLimitException if the run has to end
     */
    public synchronized boolean look(Connection source) throws SQLException {
        Set<String> now = new HashSet<>();
        waiting(source, now);
        boolean beyond = false;
        if (limits.retainedWalBytes() > 0 || limits.xminAge() > 0) {
            try (PreparedStatement query = source.prepareStatement(COST)) {
                query.setString(1, applicationName);
                query.setString(2, slot);
                query.setString(3, slot);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    beyond = compare(
                            "bytes of log are retained for its slots", row.getLong(1), limits.retainedWalBytes(), now);
                    beyond |= compare(
                            "transactions old is what vacuum has to spare for it",
                            row.getLong(2),
                            limits.xminAge(),
                            now);
                }
            }
        }
        told.retainAll(now);
        return beyond && limits.slowsDown();
    }

    private boolean compare(String what, long value, long limit, Set<String> now) {
        if (limit == 0 || value < NEAR * limit) {
            return false;
        }
        boolean beyond = value > limit;
        String message = String.format(
                Locale.ROOT,
                "the migration costs the source much: %d %s, and SourceLimits allow %d",
                value,
                what,
                limit);
        if (beyond && limits.aborts()) {
            throw new SourceLimitException(
                    message
                            + "; the run ends, and its slots are dropped. cleanUp(), make room or wait for a calmer time, start anew");
        }
        warn(what + beyond, message + (beyond && limits.slowsDown() ? "; copying slows down" : ""), now);
        return beyond;
    }

    /** Who waits stands before everybody who comes later. */
    private void waiting(Connection source, Set<String> now) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(WAITING)) {
            query.setString(1, applicationName);
            query.setString(2, applicationName);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    warn(
                            row.getInt(1) + " " + row.getString(3),
                            "session " + row.getInt(1) + " of role " + row.getString(2) + " on the source waits for "
                                    + row.getString(4) + " on table " + row.getString(3)
                                    + ", which the copy has locked, and whoever comes to the table later waits behind it;"
                                    + " cancel it, or close the run to let it pass",
                            now);
                }
            }
        }
    }

    private void warn(String key, String message, Set<String> now) {
        now.add(key);
        if (told.add(key)) {
            warnings.accept(message);
        }
    }
}
