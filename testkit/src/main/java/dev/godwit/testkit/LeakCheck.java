package dev.godwit.testkit;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds what a test left behind: on servers replication slots, publications, subscriptions, replication origins, prepared
 * transactions and sessions; in this JVM threads (non-daemon ones, and any with {@code godwit} in the name) and temporary files
 * whose name begins with {@code godwit}. The testkit's own are not counted.
 *
 * <p>Thread-safe.
 */
public final class LeakCheck {

    private final List<PostgresServer> servers;
    private final Set<Thread> threads;
    private final Set<String> files;
    private volatile Duration patience = Duration.ofSeconds(5);

    private LeakCheck(List<PostgresServer> servers) {
        this.servers = servers;
        this.threads = Thread.getAllStackTraces().keySet();
        this.files = temporaryFiles();
    }

    /**
     * Remembers the threads and files of now; on the servers everything counts as left behind.
     *
     * @param servers the servers to look at; one that is not running in the end is not looked at
     * @return the check
     */
    public static LeakCheck begin(PostgresServer... servers) {
        return new LeakCheck(List.of(servers));
    }

    /**
     * Changes how long sessions and threads that are about to end are waited for. Default: 5 s.
     *
     * @param limit not negative
     * @return this check
     */
    public LeakCheck patience(Duration limit) {
        this.patience = limit;
        return this;
    }

    /**
     * What is left behind now, after some {@link #patience} with sessions and threads that are about to end.
     *
     * @return one line per finding; empty if there is none
     */
    public List<String> leaks() {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> leaks = look();
        while (!leaks.isEmpty() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return leaks;
            }
            leaks = look();
        }
        return leaks;
    }

    /**
     * Fails if something is left behind.
     *
     * @throws AssertionError with all findings
     */
    public void assertNone() {
        List<String> leaks = leaks();
        if (!leaks.isEmpty()) {
            throw new AssertionError("Left behind:\n  " + String.join("\n  ", leaks));
        }
    }

    private List<String> look() {
        List<String> leaks = new ArrayList<>();
        for (PostgresServer server : servers) {
            if (server.isRunning()) {
                lookAt(server, leaks);
            }
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean named = thread.getName().toLowerCase(Locale.ROOT).contains("godwit");
            if (thread.isAlive() && !threads.contains(thread) && (named || !thread.isDaemon())) {
                leaks.add("thread " + thread.getName() + ", " + thread.getState());
            }
        }
        Set<String> now = temporaryFiles();
        now.removeAll(files);
        now.forEach(file -> leaks.add("temporary file " + file));
        return leaks;
    }

    private static void lookAt(PostgresServer server, List<String> leaks) {
        String on = " on " + server;
        for (String slot : server.query("postgres", "SELECT slot_name FROM pg_replication_slots ORDER BY 1")) {
            leaks.add("replication slot " + slot + on);
        }
        for (String gid : server.query("postgres", "SELECT gid || ' in ' || database FROM pg_prepared_xacts")) {
            leaks.add("prepared transaction " + gid + on);
        }
        for (String origin : server.query("postgres", "SELECT roname FROM pg_replication_origin")) {
            leaks.add("replication origin " + origin + on);
        }
        String session = "coalesce(usename, '') || ' in ' || coalesce(datname, '') || ' (' || application_name || '), '"
                + " || coalesce(state, '') || ': ' || left(query, 200)";
        for (String line : server.query(
                "postgres",
                "SELECT " + session + " FROM pg_stat_activity WHERE " + ServerReset.clients(server)
                        + " AND application_name <> '" + PostgresServer.OWN_SESSIONS + "'")) {
            leaks.add("session of " + line + on);
        }
        if (server.major().equals("9.6")) {
            return;
        }
        for (String database : server.query("postgres", "SELECT datname FROM pg_database WHERE datallowconn")) {
            for (String name : server.query(database, "SELECT pubname FROM pg_publication ORDER BY 1")) {
                leaks.add("publication " + name + " in " + database + on);
            }
        }
        for (String name : server.query("postgres", "SELECT subname FROM pg_subscription ORDER BY 1")) {
            leaks.add("subscription " + name + on);
        }
    }

    private static Set<String> temporaryFiles() {
        String[] names = new File(System.getProperty("java.io.tmpdir"))
                .list((directory, name) -> name.startsWith("godwit") && !name.startsWith(ServerDirectory.PREFIX));
        return new HashSet<>(names == null ? List.of() : List.of(names));
    }
}
