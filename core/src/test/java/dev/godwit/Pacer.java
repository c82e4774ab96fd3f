package dev.godwit;

import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A writer that commits one small row after another to the source, and measures the longest time that one took. */
final class Pacer implements AutoCloseable {
    private final PostgresPair pair;
    private final Thread thread = new Thread(this::run, "pacer");
    private volatile boolean stopped;
    private volatile long longestNanos;

    Pacer(PostgresPair pair) {
        this.pair = pair;
        thread.start();
    }

    private void run() {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            while (!stopped) {
                long started = System.nanoTime();
                statement.execute("INSERT INTO audit (item, what) VALUES (0, 'paced')");
                longestNanos = Math.max(longestNanos, System.nanoTime() - started);
                Thread.sleep(5);
            }
        } catch (SQLException e) {
            longestNanos = Long.MAX_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The longest commit so far; longer than anything if one failed. */
    Duration longestGap() {
        return Duration.ofNanos(longestNanos);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
