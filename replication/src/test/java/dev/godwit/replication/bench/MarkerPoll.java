package dev.godwit.replication.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** Looks for the marker on a target, in the same way for everyone. */
final class MarkerPoll implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final long PAUSE_MILLIS = 10;

    /** Throws if what should bring the marker has failed. */
    interface Health {
        void check() throws Exception;
    }

    private final Connection session;
    private final PreparedStatement query;

    MarkerPoll(BenchDatabase database, String applier) throws SQLException {
        session = database.targetOf(applier).open();
        query = session.prepareStatement("SELECT n FROM public.bench_marker WHERE id = 1");
    }

    void await(long marker, Health health) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (value() < marker) {
            health.check();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the backlog was not drained within " + LIMIT);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private long value() throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
