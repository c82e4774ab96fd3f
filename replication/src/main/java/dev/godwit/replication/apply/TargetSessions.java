package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of the target, one for each applier, in a transaction whenever they are used.
 *
 * @param sessions the first stores the migration's position
 * @param routing how changes are spread over them
 * @param applied the position that was stored
 * @param counts what was counted before the position
 * @param ahead what further appliers had committed beyond it, of a batch that was broken off; one applier deals with that
 */
record TargetSessions(
        List<Connection> sessions,
        Routing routing,
        Lsn applied,
        Map<RelationName, ChangeCounts> counts,
        ApplierPositions.Ahead ahead)
        implements AutoCloseable {

    private static final int LZ4_SINCE = 15;
    private static final Logger LOG = LoggerFactory.getLogger(TargetSessions.class);

    static TargetSessions open(SubscriberOptions options, ApplyPlan plan, SplitTables split) throws SQLException {
        List<Connection> sessions = new ArrayList<>();
        try {
            Connection first = session(options);
            sessions.add(first);
            ApplierPositions positions = ApplierPositions.of(options.progress());
            Lsn applied = options.progress().read(first);
            Map<RelationName, ChangeCounts> counts = options.progress().readCounts(first);
            ApplierPositions.Ahead ahead =
                    positions == null ? ApplierPositions.Ahead.NONE : positions.aheadOf(first, applied);
            Routing routing = Routing.SINGLE;
            if (positions != null
                    && !plan.single()
                    && ahead.isEmpty()
                    && options.limits().appliers() > 1) {
                routing = split.routing(
                        first, options.syncPoints().keySet(), options.limits().appliers());
                positions.begin(first, routing, applied);
            }
            // An earlier session may have committed without waiting for the disk: from here on it may be confirmed.
            options.progress().advance(first, applied, null);
            first.commit();
            while (sessions.size() < routing.appliers()) {
                sessions.add(session(options));
            }
            for (Connection session : sessions) {
                if (sessions.size() > 1) {
                    execute(session, "SET lock_timeout = '2s'");
                }
                if (!options.synchronousCommit() || session != first) {
                    execute(session, "SET synchronous_commit = off");
                }
                session.commit();
            }
            return new TargetSessions(sessions, routing, applied, counts, ahead);
        } catch (SQLException | RuntimeException e) {
            sessions.forEach(TargetSessions::close);
            throw e;
        }
    }

    private static Connection session(SubscriberOptions options) throws SQLException {
        Connection session = options.target().open();
        try {
            execute(session, "SET session_replication_role = replica");
            // Rows are looked up by their keys, whatever the planner thinks of the table's size, and sets are hashed.
            execute(session, "SET enable_seqscan = off");
            execute(session, "SET enable_nestloop = off");
            execute(session, "SET work_mem = '32MB'");
            compressPages(session);
            session.unwrap(PGConnection.class).setPrepareThreshold(1);
            session.setAutoCommit(false);
            return session;
        } catch (SQLException | RuntimeException e) {
            close(session);
            throw e;
        }
    }

    /**
     * Pages that are logged whole are most of the log of scattered changes: they are compressed where that is cheap (lz4), nothing
     * else is configured, and the role may.
     */
    private static void compressPages(Connection session) throws SQLException {
        if (session.getMetaData().getDatabaseMajorVersion() >= LZ4_SINCE) {
            execute(
                    session,
                    "SELECT pg_catalog.set_config(name, 'lz4', false) FROM pg_catalog.pg_settings"
                            + " WHERE name = 'wal_compression' AND setting = 'off' AND 'lz4' = ANY (enumvals)"
                            + " AND pg_catalog.has_parameter_privilege(name, 'SET')");
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    Connection first() {
        return sessions.get(0);
    }

    /** Breaks off what the sessions are doing; any thread may call it. */
    void abort() {
        for (Connection session : sessions) {
            try {
                session.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("breaking off a session on the target: {}", e.toString());
            }
        }
    }

    private static void close(Connection session) {
        try (session) {
            if (!session.isClosed() && !session.getAutoCommit()) {
                session.rollback();
            }
        } catch (SQLException e) {
            LOG.debug("closing a session on the target: {}", e.toString());
        }
    }

    /** Forgets what is not committed. */
    @Override
    public void close() {
        sessions.forEach(TargetSessions::close);
    }
}
