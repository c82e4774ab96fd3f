package dev.godwit.internal.engine;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WalPosition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Where the source's log ends, as far as a stream can get. Keeps a session; used by one thread. */
final class SourcePosition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourcePosition.class);
    /** How long a stream may stand before an end that does not move. */
    private static final Duration STUCK = Duration.ofSeconds(1);

    private final String migration;
    private final ServerConnections source;

    @Nullable
    private Connection session;

    private Lsn last = Lsn.ZERO;
    private Instant clock = Instant.EPOCH;
    private long movedAt;
    private boolean unreadable;

    SourcePosition(String migration, ServerConnections source) {
        this.migration = migration;
        this.source = source;
    }

    /**
     * Gives the end of what is flushed; null while the source cannot be asked, which is for the subscriber to judge.
     *
     * <p>A source that falls idle leaves the end of its last record unflushed for up to 15 s, and who stands before it does not get
     * on; so it is made to flush.
     *
     * @param reached where the stream stands
     */
    @Nullable
    Lsn read(Lsn reached, long nanos) {
        try {
            Connection open = session();
            Lsn now = flushed(open);
            unreadable = false;
            if (now.isAfter(last)) {
                last = now;
                movedAt = nanos;
            } else if (!reached.isAtOrAfter(last) && nanos - movedAt > STUCK.toNanos()) {
                last = WalPosition.flushedEnd(open);
                movedAt = nanos;
            }
            return last;
        } catch (SQLException e) {
            // Asked several times a second: whoever reads the log is told once for each time that the source is away.
            LOG.atLevel(unreadable ? Level.DEBUG : Level.WARN)
                    .log("{}: the source's position could not be read: {}", migration, e.getMessage());
            unreadable = true;
            close();
            return null;
        }
    }

    private Lsn flushed(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_catalog.pg_current_wal_flush_lsn()::text, pg_catalog.clock_timestamp()")) {
            row.next();
            clock = row.getObject(2, OffsetDateTime.class).toInstant();
            return Lsn.parse(row.getString(1));
        }
    }

    /** Gives what the source's clock showed when it was read last. */
    Instant clock() {
        return clock;
    }

    private Connection session() throws SQLException {
        Connection open = session;
        if (open == null || open.isClosed()) {
            open = source.open();
            session = open;
        }
        return open;
    }

    /** Gives the session for other questions; null while there is none. */
    @Nullable
    Connection sessionOrNull() {
        return session;
    }

    @Override
    public void close() {
        Connection open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("{}: closing the watching session: {}", migration, e.getMessage());
            }
        }
    }
}
