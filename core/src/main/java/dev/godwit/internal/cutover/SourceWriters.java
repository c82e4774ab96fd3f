package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationEvent;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who writes on the source in a way that a fence has to wait for, or does not hold back at all; looked for before it is raised. */
record SourceWriters(CutoverContext context) {
    static final String PREPARED =
            "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1";

    /** A name may be used again, a transaction's number is not. */
    private static final String PENDING = "SELECT transaction || ' ' || gid FROM pg_catalog.pg_prepared_xacts"
            + " WHERE database = current_database() ORDER BY prepared";

    /** Longer than a coordinator takes that works. */
    private static final Duration PENDING_FOR = Duration.ofSeconds(2);

    private static final String A_MOMENT = "SELECT pg_catalog.pg_sleep(0.1)";

    /** Transactions that have written something, for longer than a fence should have to wait. */
    private static final String LONG = """
            SELECT a.pid, a.usename, a.application_name, a.state,
                   extract(epoch FROM clock_timestamp() - a.xact_start)::bigint AS seconds
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.backend_xid IS NOT NULL
               AND a.xact_start < clock_timestamp() - interval '2 s'
               AND a.application_name NOT LIKE 'godwit-%'
             ORDER BY a.xact_start
             LIMIT 10
            """;

    /** As the fences see it when they close the source. */
    private static final String WORKERS_THAT_STAY = """
            SELECT format('%s (%s of role %s)', a.pid, a.backend_type, COALESCE(a.usename, '?'))
              FROM pg_catalog.pg_stat_activity a
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
             WHERE a.datname = current_database()
               AND a.backend_type NOT IN ('client backend', 'autovacuum worker', 'walsender', 'parallel worker', 'slotsync worker')
               AND COALESCE(r.rolsuper, true)
               AND NOT (SELECT m.rolsuper FROM pg_catalog.pg_roles m WHERE m.rolname = current_user)
             ORDER BY a.pid
             LIMIT 10
            """;

    private static final String ENABLED_SUBSCRIPTIONS = """
            SELECT quote_ident(s.subname)
              FROM pg_catalog.pg_subscription s
              JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = current_database()
             WHERE s.subenabled
             ORDER BY 1
            """;

    private static final String SUBSCRIBED_TABLES = """
            SELECT DISTINCT n.nspname, c.relname
              FROM pg_catalog.pg_subscription_rel r
              JOIN pg_catalog.pg_class c ON c.oid = r.srrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            """;

    /** Refuses if somebody could write whom no fence holds back. */
    void refuse(Connection source) throws SQLException {
        refuseLasting(source);
        List<String> subscriptions = names(source, ENABLED_SUBSCRIPTIONS);
        if (!subscriptions.isEmpty()) {
            Set<TableName> subscribed = subscribed(source);
            if (!subscribed.isEmpty()) {
                throw new IllegalStateException("subscription(s) " + String.join(", ", subscriptions)
                        + " of the source write to migrated tables " + subscribed
                        + ", also in a closed database, and would go on after the switch; ALTER SUBSCRIPTION … DISABLE on the"
                        + " source, then cut over again");
            }
        }
    }

    /** Those that applications end by themselves are waited for: the fence holds back the next ones. */
    private static void refuseLasting(Connection source) throws SQLException {
        List<String> pending = names(source, PENDING);
        long began = System.nanoTime();
        while (!pending.isEmpty() && System.nanoTime() - began < PENDING_FOR.toNanos()) {
            names(source, A_MOMENT);
            pending.retainAll(names(source, PENDING));
        }
        if (!pending.isEmpty()) {
            refuse(pending.get(0).split(" ", 2)[1]);
        }
    }

    /** Each holds its locks until somebody ends it, and can be committed in a closed database. */
    static void refusePrepared(Connection source) throws SQLException {
        for (String gid : names(source, PREPARED)) {
            refuse(gid);
        }
    }

    /** The same for what was found elsewhere, null for nothing. */
    static void refuse(@Nullable String prepared) {
        if (prepared != null) {
            throw new IllegalStateException("prepared transaction '" + prepared
                    + "' is pending on the source; COMMIT PREPARED or ROLLBACK PREPARED it, then cut over again");
        }
    }

    private static List<String> names(Connection source, String query) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private Set<TableName> subscribed(Connection source) throws SQLException {
        Set<TableName> tables = new TreeSet<>();
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery(SUBSCRIBED_TABLES)) {
            while (rows.next()) {
                tables.add(new TableName(rows.getString(1), rows.getString(2)));
            }
        }
        tables.retainAll(context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet()));
        return tables;
    }

    /** Warns of background workers that closing the source does not end, since only a superuser may. */
    void tellOfWorkers(Connection source) throws SQLException {
        List<String> workers = names(source, WORKERS_THAT_STAY);
        if (!workers.isEmpty()) {
            tell(
                    "background workers of superusers are connected to the source, which this role may not end when it closes the source,"
                            + " and which may go on writing there: " + String.join(", ", workers)
                            + ". What they write up to the switch undoes the cutover, what they write later is on the source alone. If they write"
                            + " to migrated tables, stop them before: switch the extension's jobs off, or have a superuser end them"
                            + " (pg_terminate_backend)");
        }
    }

    private void tell(String message) {
        context.events().accept(new MigrationEvent.Warning(context.plan().name(), Instant.now(), message));
    }

    /** Warns of transactions that a fence may have to wait for. */
    void tellOfLong(Connection source) throws SQLException {
        List<String> writers = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(LONG)) {
            while (row.next()) {
                writers.add("session " + row.getInt(1) + " of role " + row.getString(2) + " ('" + row.getString(3)
                        + "', " + row.getString(4) + ") for " + row.getLong(5) + " s");
            }
        }
        if (!writers.isEmpty()) {
            tell(
                    "transactions have been writing on the source for long, and the fence has to wait for their end, or ends them: "
                            + String.join(", ", writers));
        }
    }
}
