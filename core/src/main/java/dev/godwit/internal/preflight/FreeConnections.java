package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Counts the sessions that a role may still open: server, database and role each have a limit, the latter two not for superusers. */
final class FreeConnections {
    /** Beside the workers: for the stream, locks, the run's own memory, and a look in between. */
    private static final int BESIDE_WORKERS = 6;

    private static final String OF_DATABASE = "CONNECTION LIMIT of database ";

    private static final String LIMITS = """
            SELECT 'max_connections', current_setting('max_connections')::int
                       - CASE WHEN r.rolsuper THEN 0 ELSE (SELECT sum(s.setting::int) FROM pg_catalog.pg_settings s
                              WHERE s.name IN ('superuser_reserved_connections', 'reserved_connections')) END,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE usesysid IS NOT NULL),
                   'ALTER SYSTEM SET max_connections = %s; -- then restart the server'
              FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
            UNION ALL
            SELECT 'CONNECTION LIMIT of database ' || quote_ident(datname), datconnlimit,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid AND a.usesysid IS NOT NULL),
                   format('ALTER DATABASE %I CONNECTION LIMIT ', datname) || '%s'
              FROM pg_catalog.pg_database d WHERE datname = current_database() AND datconnlimit >= 0
               AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
            UNION ALL
            SELECT 'CONNECTION LIMIT of role ' || quote_ident(rolname), rolconnlimit,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid),
                   format('ALTER ROLE %I CONNECTION LIMIT ', rolname) || '%s'
              FROM pg_catalog.pg_roles r WHERE rolname = current_user AND rolconnlimit >= 0 AND NOT rolsuper
            """;

    private FreeConnections() {}

    static int needed(MigrationPlan plan, boolean target) {
        int workers = plan.copy().workers();
        return BESIDE_WORKERS + (target ? Math.max(workers, plan.apply().appliers()) : workers);
    }

    static void look(CheckContext context, FindingCode code, String side, Connection session, int needed)
            throws SQLException {
        for (List<String> row : CheckContext.rows(session, LIMITS)) {
            boolean ofNeighbour = session == context.target()
                    && !context.targetExists()
                    && row.get(0).startsWith(OF_DATABASE);
            if (ofNeighbour) {
                continue;
            }
            int limit = Integer.parseInt(row.get(1));
            int used = Integer.parseInt(row.get(2));
            if (limit - used < needed) {
                context.add(
                        code,
                        row.get(0),
                        used + " of " + limit + " connections (" + row.get(0) + ") are in use on the " + side,
                        needed + " free: copy workers or appliers, and " + BESIDE_WORKERS,
                        row.get(3).replace("%s", Integer.toString(used + 2 * needed)));
            }
        }
    }
}
