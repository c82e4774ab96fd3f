package dev.godwit.copy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The usual {@link Throttle}s. All of them are safe for use by any thread. */
public final class Throttles {

    private Throttles() {}

    /**
     * Never pauses; the default.
     *
     * @return the throttle
     */
    public static Throttle none() {
        return context -> null;
    }

    /**
     * Pauses while a physical standby of the source replays what is older than this. Needs {@code pg_monitor}, without which the
     * source does not tell: then it fails.
     *
     * @param limit how far behind the slowest standby may be
     * @return the throttle
     * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">pg_stat_replication</a>
     */
    public static Throttle replicaLag(Duration limit) {
        requirePositive(limit.toMillis(), "limit");
        return context -> {
            String lag = value(
                    context.source(),
                    "SELECT CASE WHEN bool_or(pid IS NOT NULL AND state IS NULL) THEN -1"
                            + " ELSE (1000 * extract(epoch FROM max(replay_lag)))::bigint END"
                            + " FROM pg_catalog.pg_stat_replication r"
                            + " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s"
                            + " WHERE s.active_pid = r.pid AND s.slot_type = 'logical')");
            if (lag == null) {
                return null;
            }
            long millis = Long.parseLong(lag);
            if (millis < 0) {
                throw new IllegalStateException(
                        "Throttles.replicaLag: the source's role may not see how far its standbys are;"
                                + " GRANT pg_monitor TO it");
            }
            return millis > limit.toMillis() ? "a standby of the source is " + millis + " ms behind" : null;
        };
    }

    /**
     * Pauses while more sessions than this are at work on the source's server, those of Godwit not counted. Without
     * {@code pg_read_all_stats} only sessions of the own role are seen.
     *
     * @param limit how many may be active
     * @return the throttle
     */
    public static Throttle activeSessions(int limit) {
        requirePositive(limit, "limit");
        return context -> {
            String active = value(
                    context.source(),
                    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'active'"
                            + " AND application_name NOT LIKE 'godwit-%' AND pid <> pg_backend_pid()");
            int count = active == null ? 0 : Integer.parseInt(active);
            return count > limit ? count + " sessions are active on the source" : null;
        };
    }

    /**
     * Pauses while a file exists in this process's file system.
     *
     * @param file the file; what it holds does not matter
     * @return the throttle
     */
    public static Throttle whileFileExists(Path file) {
        return context -> Files.exists(file) ? "file " + file + " exists" : null;
    }

    /**
     * Pauses while a flag is set.
     *
     * @param paused the flag
     * @return the throttle
     */
    public static Throttle whileSet(BooleanSupplier paused) {
        return context -> paused.getAsBoolean() ? "the application asks for it" : null;
    }

    /**
     * Pauses while one of several throttles does.
     *
     * @param throttles asked in this order, until one of them pauses
     * @return the throttle
     */
    public static Throttle any(Throttle... throttles) {
        List<Throttle> all = List.of(throttles);
        return context -> {
            for (Throttle throttle : all) {
                String reason = throttle.reasonToPause(context);
                if (reason != null) {
                    return reason;
                }
            }
            return null;
        };
    }

    private static void requirePositive(long value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    private static @Nullable String value(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}
