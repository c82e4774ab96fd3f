package dev.godwit;

import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Writers that update tables a and b, one half of them in the other order, until they are refused. */
final class Crossing implements AutoCloseable {
    private final PostgresPair pair;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<Thread> threads;
    private volatile boolean stopped;

    Crossing(PostgresPair pair) {
        this.pair = pair;
        this.threads = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> new Thread(() -> run(i), "crossing-" + i))
                .toList();
        threads.forEach(Thread::start);
    }

    private void run(int row) {
        String first = row % 2 == 0 ? "a" : "b";
        String second = row % 2 == 0 ? "b" : "a";
        while (!stopped) {
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    statement.execute("UPDATE " + first + " SET n = n + 1 WHERE id = " + row);
                    Thread.sleep(5);
                    statement.execute("UPDATE " + second + " SET n = n + 1 WHERE id = " + row);
                    connection.commit();
                    transactions.incrementAndGet();
                }
            } catch (SQLException e) {
                // Cancelled or ended by the fence, or the loser of a deadlock with it: an application tries again.
                refused.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    void awaitTransactions(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> transactions.get() >= number);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
