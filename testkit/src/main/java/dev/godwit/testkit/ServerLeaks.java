package dev.godwit.testkit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what tests left on a server, as lines for people. Used by one thread. */
final class ServerLeaks implements AutoCloseable {
    private final PostgresServer server;
    private final OwnSession admin;
    private final List<String> leaks;
    private final String on;

    /**
     * Looks at a server.
     *
     * @param leaks gets the lines
     */
    ServerLeaks(PostgresServer server, List<String> leaks) {
        this.server = server;
        this.admin = new OwnSession(server, "postgres");
        this.leaks = leaks;
        this.on = " on " + server;
    }

    /** Replication, publications, sessions and advisory locks. */
    void findAll() {
        findReplication();
        String session = "coalesce(usename, '') || ' in ' || coalesce(datname, '') || ' (' || application_name || '), '"
                + " || coalesce(state, '') || ': ' || left(query, 200)";
        String own = "application_name <> '" + ServerAddress.OWN_SESSIONS + "' AND " + in("datname");
        for (String line : admin.query(
                "SELECT " + session + " FROM pg_stat_activity WHERE " + ServerReset.clients(server) + " AND " + own)) {
            leaks.add("session of " + line + on);
        }
        for (String line : admin.query(
                "SELECT l.classid || ', ' || l.objid || ' of ' || coalesce(a.usename, '') || ' (' || a.application_name || ')'"
                        + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND "
                        + own)) {
            leaks.add("advisory lock " + line + on);
        }
        findPublications();
    }

    /** Slots, origins, subscriptions and prepared transactions. */
    void findReplication() {
        boolean external = server.kind() == ServerKind.EXTERNAL;
        for (String slot :
                admin.query("SELECT slot_name FROM pg_replication_slots WHERE " + in("database") + " ORDER BY 1")) {
            leaks.add("replication slot " + slot + on);
        }
        for (String gid :
                admin.query("SELECT gid || ' in ' || database FROM pg_prepared_xacts WHERE " + in("database"))) {
            leaks.add("prepared transaction " + gid + on);
        }
        // they belong to no database
        for (String origin : external ? List.<String>of() : admin.query("SELECT roname FROM pg_replication_origin")) {
            leaks.add("replication origin " + origin + on);
        }
        if (server.major().equals("9.6")) {
            return;
        }
        for (String name :
                admin.query("SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE "
                        + in("d.datname") + " ORDER BY 1")) {
            leaks.add("subscription " + name + on);
        }
    }

    /** Godwit's sessions, with their advisory locks, and its schema in a database. */
    void findGodwit(String database) {
        String of = "a.application_name LIKE 'godwit-%' AND a.application_name <> '" + ServerAddress.OWN_SESSIONS + "'";
        for (String name :
                admin.query("SELECT a.application_name || (SELECT ', ' || count(*) || ' advisory locks' FROM pg_locks l"
                        + " WHERE l.pid = a.pid AND l.locktype = 'advisory') FROM pg_stat_activity a WHERE " + of)) {
            leaks.add("session of " + name + on);
        }
        for (String schema : server.query(database, "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'")) {
            leaks.add("schema " + schema + " in " + database + on);
        }
    }

    /** Publications of all databases. */
    void findPublications() {
        if (server.major().equals("9.6")) {
            return;
        }
        for (String database : databases()) {
            try (OwnSession session = new OwnSession(server, database)) {
                for (String name : session.query("SELECT pubname FROM pg_publication ORDER BY 1")) {
                    leaks.add("publication " + name + " in " + database + on);
                }
            }
        }
    }

    /** Databases that tests may have used. */
    private List<String> databases() {
        Stream<String> all = server.kind() == ServerKind.EXTERNAL
                ? ServerReset.databases(server, admin).stream()
                : admin.query("SELECT datname FROM pg_database WHERE datallowconn AND datname <> 'template1'").stream();
        return all.filter(database -> !server.templates().containsValue(database))
                .toList();
    }

    /** On somebody else's server only what is of the testkit's databases counts, on the testkit's own everything. */
    private String in(String column) {
        if (server.kind() != ServerKind.EXTERNAL) {
            return "true";
        }
        List<String> databases = ServerReset.databases(server, admin);
        return databases.isEmpty()
                ? "false"
                : column + databases.stream().map(Sql::literal).collect(Collectors.joining(", ", " IN (", ")"));
    }

    @Override
    public void close() {
        admin.close();
    }
}
