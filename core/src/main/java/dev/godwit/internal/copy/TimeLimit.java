package dev.godwit.internal.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Until when something has to be done; the servers are told, too, so that no statement outlasts it. */
public final class TimeLimit {
    private final boolean endless;
    private final long deadlineNanos;

    private TimeLimit(boolean endless, long deadlineNanos) {
        this.endless = endless;
        this.deadlineNanos = deadlineNanos;
    }

    /** As long as it takes. */
    public static TimeLimit none() {
        return new TimeLimit(true, 0);
    }

    /** Until a time from now. */
    public static TimeLimit in(Duration time) {
        return new TimeLimit(false, System.nanoTime() + time.toNanos());
    }

    /** Makes statements of the connection's transaction end in time. */
    void impose(Connection connection) throws SQLException {
        if (endless) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            // 0 would mean no limit.
            long millis = Math.max(1, Math.min(Integer.MAX_VALUE, leftNanos() / 1_000_000));
            statement.execute("SET LOCAL statement_timeout = " + millis);
        }
    }

    boolean isOver() {
        return !endless && leftNanos() <= 0;
    }

    private long leftNanos() {
        return deadlineNanos - System.nanoTime();
    }
}
