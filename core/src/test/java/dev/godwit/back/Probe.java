package dev.godwit.back;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Tries from outside, all the time, to write on both sides, as a superuser who connects anew each time; on the target from the cutover
 * on. Each attempt that was acknowledged lies between two moments.
 */
final class Probe implements AutoCloseable {
    private final List<Written> writes = new CopyOnWriteArrayList<>();
    private final List<Thread> threads;
    private volatile boolean target;
    private volatile boolean stopped;

    /** A write that was acknowledged. */
    private record Written(boolean old, long began, long ended) {}

    Probe(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE probe (id int PRIMARY KEY, n int)",
                        "INSERT INTO probe VALUES (1, 0)");
        threads = List.of(
                new Thread(() -> run(pair.source(), true), "probe-old"),
                new Thread(() -> run(pair.target(), false), "probe-new"));
        threads.forEach(Thread::start);
    }

    private void run(PostgresServer server, boolean old) {
        while (!stopped) {
            long began = System.nanoTime();
            if (old || target) {
                try (Connection connection = server.connect(PostgresPair.DATABASE);
                        Statement statement = connection.createStatement()) {
                    statement.execute("SET lock_timeout = '200ms'");
                    statement.executeUpdate("UPDATE probe SET n = n + 1");
                    writes.add(new Written(old, began, System.nanoTime()));
                } catch (SQLException e) {
                    // Closed, fenced, or ended by who closes it: tried again.
                    Thread.onSpinWait();
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(15);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** From now on the target is tried, too. */
    void tryTarget() {
        target = true;
    }

    long writes(boolean old) {
        return writes.stream().filter(write -> write.old == old).count();
    }

    /** Gives the writes on the old server that surely lie between two on the new one: there are none before the way back. */
    long oldBetweenNew() {
        List<Written> fresh = writes.stream().filter(write -> !write.old).toList();
        long first = fresh.stream().mapToLong(Written::ended).min().orElse(Long.MAX_VALUE);
        long last = fresh.stream().mapToLong(Written::began).max().orElse(Long.MIN_VALUE);
        return writes.stream()
                .filter(write -> write.old && write.began > first && write.ended < last)
                .count();
    }

    /** Returns when nothing is tried any more. */
    void stop() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
