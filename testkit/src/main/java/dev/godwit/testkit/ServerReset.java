package dev.godwit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes databases and what else tests leave on a server away, with everything that would keep PostgreSQL from dropping it. */
final class ServerReset {
    private static final Logger LOG = LoggerFactory.getLogger(ServerReset.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Comment of databases that the testkit has made on a server that belongs to others. */
    private static final String MARK = "made by godwit-testkit";

    private ServerReset() {}

    /** Everything but the databases and roles of a new cluster; the server's own sessions are not disturbed. */
    static void clear(PostgresServer server) {
        try (OwnSession admin = new OwnSession(server, "postgres")) {
            for (String database : databases(server, admin)) {
                if (!server.templates().containsValue(database)) {
                    drop(server, admin, database);
                }
            }
            if (server.kind() != ServerKind.EXTERNAL) {
                clearCluster(server, admin);
            }
        }
    }

    /** Databases that tests have made. */
    static List<String> databases(PostgresServer server, OwnSession admin) {
        String condition = server.kind() == ServerKind.EXTERNAL
                ? "shobj_description(oid, 'pg_database') = '" + MARK + "'"
                : "datname NOT IN ('postgres', 'template0', 'template1')";
        return admin.query("SELECT datname FROM pg_database WHERE " + condition + " ORDER BY 1");
    }

    /** Creates a database; on a server that belongs to others with a mark that tells it from theirs. */
    static void create(PostgresServer server, String name, String template) {
        boolean external = server.kind() == ServerKind.EXTERNAL;
        try (OwnSession admin = new OwnSession(server, "postgres")) {
            if (external) {
                requireOwn(server, admin, name);
            }
            admin.execute("CREATE DATABASE " + Sql.identifier(name) + " TEMPLATE " + Sql.identifier(template));
            if (external) {
                admin.execute("COMMENT ON DATABASE " + Sql.identifier(name) + " IS '" + MARK + "'");
            }
        }
    }

    private static void requireOwn(PostgresServer server, OwnSession admin, String name) {
        String others = "SELECT 1 FROM pg_database WHERE datname = " + Sql.literal(name)
                + " AND shobj_description(oid, 'pg_database') IS DISTINCT FROM '" + MARK + "'";
        if (!admin.query(others).isEmpty()) {
            throw new TestkitException(
                    "Database " + name + " on " + server + " is not the testkit's (its comment would be '" + MARK
                            + "') and is left alone: drop or rename it, or use another server");
        }
    }

    private static void clearCluster(PostgresServer server, OwnSession admin) {
        for (String gid : admin.query("SELECT gid FROM pg_prepared_xacts WHERE database = 'postgres'")) {
            admin.execute("ROLLBACK PREPARED " + Sql.literal(gid));
        }
        endSessions(server, admin);
        renewPostgres(server, admin);
        admin.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
                "SELECT pg_replication_origin_drop(roname) FROM pg_replication_origin",
                "ALTER ROLE ALL RESET ALL",
                "ALTER ROLE postgres RESET ALL");
        admin.execute("ALTER DATABASE postgres RESET ALL", "ALTER DATABASE template1 RESET ALL");
        for (String role :
                admin.query("SELECT rolname FROM pg_roles WHERE rolname <> 'postgres' AND rolname !~ '^pg_'")) {
            if (server.templateRoles().contains(role)) {
                continue;
            }
            admin.execute("DROP OWNED BY " + Sql.identifier(role), "DROP ROLE " + Sql.identifier(role));
        }
    }

    private static void endSessions(PostgresServer server, OwnSession admin) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String others = " FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND " + clients(server);
        while (!admin.query("SELECT pid" + others).isEmpty()) {
            admin.query("SELECT pg_terminate_backend(pid)" + others);
            if (System.nanoTime() > deadline) {
                throw new TestkitException("Sessions on " + server + " survive their termination: "
                        + admin.query("SELECT query" + others));
            }
            pause();
        }
    }

    /** Condition on pg_stat_activity that tells sessions of clients, WAL senders among them, from the server's own processes. */
    static String clients(PostgresServer server) {
        return server.major().equals("9.6") ? "usename IS NOT NULL" : "backend_type IN ('client backend', 'walsender')";
    }

    /** Tests may have used the database postgres as well. */
    private static void renewPostgres(PostgresServer server, OwnSession admin) {
        List<String> catalogs = new ArrayList<>(List.of(
                "pg_class", "pg_namespace", "pg_proc", "pg_type", "pg_extension", "pg_event_trigger", "pg_cast"));
        if (!server.major().equals("9.6")) {
            catalogs.addAll(List.of("pg_publication", "pg_subscription"));
        }
        // objects that initdb made are below 16384
        String created = catalogs.stream()
                .map(catalog -> "SELECT 1 FROM " + catalog + " WHERE oid >= 16384")
                .collect(Collectors.joining(" UNION ALL "));
        if (!admin.query(created).isEmpty()) {
            admin.close();
            try (OwnSession other = new OwnSession(server, "template1")) {
                drop(server, other, "postgres");
                other.execute("CREATE DATABASE postgres TEMPLATE template0");
            }
        }
    }

    /** Does nothing where there is no such database. */
    static void drop(PostgresServer server, String name) {
        try (OwnSession admin = new OwnSession(server, name.equals("postgres") ? "template1" : "postgres")) {
            drop(server, admin, name);
        }
    }

    private static void drop(PostgresServer server, OwnSession admin, String name) {
        String literal = Sql.literal(name);
        String identifier = Sql.identifier(name);
        if (admin.query("SELECT 1 FROM pg_database WHERE datname = " + literal).isEmpty()) {
            return;
        }
        if (server.kind() == ServerKind.EXTERNAL) {
            requireOwn(server, admin, name);
        }
        // connections, because an earlier attempt may have failed behind its closing them
        admin.execute("ALTER DATABASE " + identifier + " IS_TEMPLATE false ALLOW_CONNECTIONS true");
        for (String gid : admin.query("SELECT gid FROM pg_prepared_xacts WHERE database = " + literal)) {
            server.execute(name, "ROLLBACK PREPARED " + Sql.literal(gid));
        }
        dropSubscriptions(server, admin, name);
        admin.execute("ALTER DATABASE " + identifier + " ALLOW_CONNECTIONS false");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + literal,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active AND database = "
                            + literal);
            if (unused(admin, literal)) {
                admin.execute("DROP DATABASE " + identifier);
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new TestkitException("Sessions of database " + name + " on " + server
                        + " survive their termination: "
                        + admin.query("SELECT query FROM pg_stat_activity WHERE datname = " + literal));
            }
            pause();
        }
    }

    /** PostgreSQL drops no database that has one. The slot is left to who resets the server that it is on, which may be gone. */
    private static void dropSubscriptions(PostgresServer server, OwnSession admin, String name) {
        if (server.major().equals("9.6")) {
            return;
        }
        String database = "(SELECT oid FROM pg_database WHERE datname = " + Sql.literal(name) + ")";
        List<String> subscriptions =
                admin.query("SELECT subname FROM pg_subscription WHERE subdbid = " + database + " ORDER BY 1");
        if (subscriptions.isEmpty()) {
            return;
        }
        // who is in the midst of changing one holds its lock
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + Sql.literal(name));
        try (OwnSession inside = new OwnSession(server, name)) {
            for (String subscription : subscriptions) {
                String identifier = Sql.identifier(subscription);
                inside.execute(
                        "ALTER SUBSCRIPTION " + identifier + " DISABLE",
                        "ALTER SUBSCRIPTION " + identifier + " SET (slot_name = NONE)",
                        "DROP SUBSCRIPTION " + identifier);
            }
        }
    }

    private static boolean unused(OwnSession admin, String literal) {
        List<String> users = admin.query("SELECT pid FROM pg_stat_activity WHERE datname = " + literal
                + " UNION ALL SELECT active_pid FROM pg_replication_slots WHERE database = " + literal);
        LOG.trace("Still using {}: {}", literal, users);
        return users.isEmpty();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while dropping a database", e);
        }
    }
}
