package dev.godwit.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Finds what a test left behind: on servers replication slots, publications, subscriptions, replication origins, prepared
 * transactions, sessions and advisory locks; in this JVM threads (non-daemon ones, and any with {@code godwit} in the name), temporary
 * files whose name begins with {@code godwit}, child processes and servers that were not closed. The testkit's own are not counted. Of
 * an {@link ServerKind#EXTERNAL external} server only the databases that the testkit has created there are looked at.
 *
 * <p>Thread-safe.
 */
public final class LeakCheck {
    private final List<PostgresServer> servers;
    private final JvmWatch jvm;
    private final Set<String> publications;
    private volatile Duration patience = Duration.ofSeconds(5);

    private LeakCheck(List<PostgresServer> servers, JvmWatch jvm) {
        this.servers = servers;
        this.jvm = jvm;
        List<String> before = new ArrayList<>();
        for (PostgresServer server : servers) {
            if (server.isRunning()) {
                try (ServerLeaks now = new ServerLeaks(server, before)) {
                    now.findPublications();
                }
            }
        }
        this.publications = Set.copyOf(before);
    }

    /**
     * Remembers what is there now of threads, files, processes and publications, which may come from a dump; of everything else on
     * the servers all that is found in the end counts as left behind.
     *
     * @param servers the servers to look at; one that is not running in the end is not looked at
     * @return the check
     */
    public static LeakCheck begin(PostgresServer... servers) {
        return new LeakCheck(List.of(servers), new JvmWatch());
    }

    /** With a watch that tests which run at the same time share. */
    static LeakCheck begin(JvmWatch jvm, List<PostgresServer> servers) {
        return new LeakCheck(servers, jvm);
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
            throw new AssertionError(message(leaks));
        }
    }

    static String message(List<String> leaks) {
        return "Left behind:\n  " + String.join("\n  ", leaks);
    }

    private List<String> look() {
        List<String> leaks = new ArrayList<>();
        for (PostgresServer server : servers) {
            if (server.isRunning()) {
                try (ServerLeaks now = new ServerLeaks(server, leaks)) {
                    now.findAll();
                }
            }
        }
        leaks.removeIf(publications::contains);
        leaks.addAll(jvm.leaks());
        return leaks;
    }
}
