package dev.godwit.internal.status;

import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks where the source's log ends, and what of it the migration's slots retain. The end is that of what is flushed, which is as far
 * as a stream can get. Used by one thread.
 */
final class SourceLook {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLook.class);
    /** The part of a slot's name that those of its helpers begin with. */
    private static final int SLOT_PREFIX = 55;

    private static final String LOOK = """
            SELECT pg_catalog.pg_current_wal_flush_lsn()::text,
                   (SELECT coalesce(max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)), 0)::bigint
                      FROM pg_catalog.pg_replication_slots
                     WHERE left(slot_name::text, length(?)) = ? AND database = pg_catalog.current_database()),
                   pg_catalog.current_setting('server_version'), pg_catalog.clock_timestamp()
            """;

    private final KeptSession session;
    private final String slot;

    SourceLook(KeptSession session, String slot) {
        this.session = session;
        this.slot = slot.substring(0, Math.min(slot.length(), SLOT_PREFIX));
    }

    /** Looks; what cannot be looked at now stays as it was seen last. */
    void look(StatusBoard board) {
        try {
            Connection open = session.get();
            try (PreparedStatement query = open.prepareStatement(LOOK)) {
                query.setString(1, slot);
                query.setString(2, slot);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    board.sourceVersion(row.getString(3));
                    board.sourceAt(
                            Lsn.parse(row.getString(1)),
                            row.getObject(4, OffsetDateTime.class).toInstant(),
                            Math.max(0, row.getLong(2)),
                            System.nanoTime());
                }
            }
        } catch (SQLException e) {
            LOG.debug("the source could not be looked at: {}", e.getMessage());
            session.close();
        }
    }

    void close() {
        session.close();
    }

    void abort() {
        session.abort();
    }
}
