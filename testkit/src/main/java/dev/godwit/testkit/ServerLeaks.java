package dev.godwit.testkit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tests left on a server, as lines for people. */
final class ServerLeaks {
    private ServerLeaks() {}

    static void find(PostgresServer server, List<String> leaks) {
        String on = " on " + server;
        findReplication(server, leaks);
        String session = "coalesce(usename, '') || ' in ' || coalesce(datname, '') || ' (' || application_name || '), '"
                + " || coalesce(state, '') || ': ' || left(query, 200)";
        String own = "application_name <> '" + ServerAddress.OWN_SESSIONS + "' AND " + in(server, "datname");
        for (String line : server.query(
                "postgres",
                "SELECT " + session + " FROM pg_stat_activity WHERE " + ServerReset.clients(server) + " AND " + own)) {
            leaks.add("session of " + line + on);
        }
        for (String line : server.query(
                "postgres",
                "SELECT l.classid || ', ' || l.objid || ' of ' || coalesce(a.usename, '') || ' (' || a.application_name || ')'"
                        + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND "
                        + own)) {
            leaks.add("advisory lock " + line + on);
        }
        publications(server, leaks);
    }

    /** Slots, origins, subscriptions and prepared transactions. */
    static void findReplication(PostgresServer server, List<String> leaks) {
        String on = " on " + server;
        boolean external = server.kind() == ServerKind.EXTERNAL;
        for (String slot : server.query(
                "postgres",
                "SELECT slot_name FROM pg_replication_slots WHERE " + in(server, "database") + " ORDER BY 1")) {
            leaks.add("replication slot " + slot + on);
        }
        for (String gid : server.query(
                "postgres",
                "SELECT gid || ' in ' || database FROM pg_prepared_xacts WHERE " + in(server, "database"))) {
            leaks.add("prepared transaction " + gid + on);
        }
        // they belong to no database
        for (String origin :
                external ? List.<String>of() : server.query("postgres", "SELECT roname FROM pg_replication_origin")) {
            leaks.add("replication origin " + origin + on);
        }
        if (server.major().equals("9.6")) {
            return;
        }
        for (String name : server.query(
                "postgres",
                "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE "
                        + in(server, "d.datname") + " ORDER BY 1")) {
            leaks.add("subscription " + name + on);
        }
    }

    /** Godwit's sessions, with their advisory locks, and its schema in a database. */
    static void findGodwit(PostgresServer server, String database, List<String> leaks) {
        String on = " on " + server;
        String of = "a.application_name LIKE 'godwit-%' AND a.application_name <> '" + ServerAddress.OWN_SESSIONS + "'";
        for (String name : server.query(
                "postgres",
                "SELECT a.application_name || (SELECT ', ' || count(*) || ' advisory locks' FROM pg_locks l"
                        + " WHERE l.pid = a.pid AND l.locktype = 'advisory') FROM pg_stat_activity a WHERE " + of)) {
            leaks.add("session of " + name + on);
        }
        for (String schema : server.query(database, "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'")) {
            leaks.add("schema " + schema + " in " + database + on);
        }
    }

    static void publications(PostgresServer server, List<String> leaks) {
        if (server.major().equals("9.6")) {
            return;
        }
        for (String database : databases(server)) {
            for (String name : server.query(database, "SELECT pubname FROM pg_publication ORDER BY 1")) {
                leaks.add("publication " + name + " in " + database + " on " + server);
            }
        }
    }

    /** Databases that tests may have used. */
    private static List<String> databases(PostgresServer server) {
        Stream<String> all = server.kind() == ServerKind.EXTERNAL
                ? ServerReset.databases(server).stream()
                : server.query("postgres", "SELECT datname FROM pg_database WHERE datallowconn").stream();
        return all.filter(database -> !server.templates().containsValue(database))
                .toList();
    }

    /** On somebody else's server only what is of the testkit's databases counts, on the testkit's own everything. */
    private static String in(PostgresServer server, String column) {
        if (server.kind() != ServerKind.EXTERNAL) {
            return "true";
        }
        List<String> databases = ServerReset.databases(server);
        return databases.isEmpty()
                ? "false"
                : column + databases.stream().map(Sql::literal).collect(Collectors.joining(", ", " IN (", ")"));
    }
}
