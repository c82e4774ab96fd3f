package dev.godwit.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds what tests left in this JVM. Threads and files do not tell which test they are of, so those that run at the same time are
 * watched as one, and what they left is the finding of the last of them. Thread-safe.
 */
final class JvmWatch {
    private static final Object LOCK = new Object();
    private static List<JvmWatch> running = List.of();

    private final Set<Thread> threads = Thread.getAllStackTraces().keySet();
    private final Set<String> files = TemporaryFiles.present();
    private final Set<Long> processes;
    private final Set<PostgresServer> servers = OpenServers.all();

    /** Whether more than one test was watched by it. */
    private boolean shared;

    JvmWatch() {
        try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
            processes = children.map(ProcessHandle::pid).collect(Collectors.toSet());
        }
    }

    /** Begins to watch for a test: before the first server is started for it, so that nobody takes that for a leftover of his own. */
    static JvmWatch enter() {
        synchronized (LOCK) {
            JvmWatch watch = running.isEmpty() ? new JvmWatch() : running.get(0);
            watch.shared = !running.isEmpty();
            List<JvmWatch> more = new ArrayList<>(running);
            more.add(watch);
            running = more;
            return watch;
        }
    }

    /**
     * Goes on where the test itself begins. What its preparation has brought into being, such as threads of a container engine's client,
     * is not of the test; unless others were there, of whom something may have been left.
     *
     * @return the watch to go on with, in the place of this one
     */
    JvmWatch prepared() {
        synchronized (LOCK) {
            if (shared) {
                return this;
            }
            JvmWatch fresh = new JvmWatch();
            running = List.of(fresh);
            return fresh;
        }
    }

    /** Ends to watch for a test. */
    static void leave(JvmWatch watch) {
        synchronized (LOCK) {
            List<JvmWatch> fewer = new ArrayList<>(running);
            fewer.remove(watch);
            running = fewer;
        }
    }

    /** What is there that was not there in the beginning; nothing while other tests are running that share this watch. */
    List<String> leaks() {
        List<String> leaks = isOfSeveral() ? List.of() : look();
        // one that came meanwhile has brought its servers
        return isOfSeveral() ? List.of() : leaks;
    }

    private boolean isOfSeveral() {
        synchronized (LOCK) {
            return running.stream().filter(watch -> watch == this).count() > 1;
        }
    }

    private List<String> look() {
        List<String> leaks = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && !threads.contains(thread) && isOfTest(thread)) {
                leaks.add("thread " + thread.getName() + ", " + thread.getState());
            }
        }
        Set<String> now = TemporaryFiles.present();
        now.removeAll(files);
        now.forEach(file -> leaks.add("temporary file " + file));
        addProcesses(leaks);
        return leaks;
    }

    /** JUnit begins its own threads when a test first needs them, such as the one that watches timeouts. */
    private static boolean isOfTest(Thread thread) {
        boolean named = thread.getName().toLowerCase(Locale.ROOT).contains("godwit");
        return named || (!thread.isDaemon() && !thread.getName().startsWith("junit-"));
    }

    private void addProcesses(List<String> leaks) {
        Set<PostgresServer> known = new HashSet<>(servers);
        known.addAll(ServerPool.servers());
        Set<PostgresServer> open = OpenServers.all();
        Set<Long> accounted = new HashSet<>(processes);
        for (PostgresServer server : open) {
            server.process().ifPresent(accounted::add);
            if (!known.contains(server)) {
                leaks.add("server " + server + ", not closed");
            }
        }
        try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
            children.filter(child -> child.isAlive() && !accounted.contains(child.pid()))
                    .forEach(child -> leaks.add("process " + child.pid() + ", "
                            + child.info().command().orElse("of an unknown program")));
        }
    }
}
