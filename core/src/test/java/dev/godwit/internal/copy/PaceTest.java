package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static CompletableFuture<Void> moving(Pace pace, long bytes) {
        CompletableFuture<Void> moved = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        pace.await(bytes);
                        moved.complete(null);
                    } catch (InterruptedException e) {
                        moved.completeExceptionally(e);
                    }
                },
                "moving");
        thread.setDaemon(true);
        thread.start();
        return moved;
    }

    @Test
    void letsWhoWaitsGoWhenTheLimitIsLifted() throws Exception {
        Pace pace = new Pace(1);
        pace.await(1_000_000);
        CompletableFuture<Void> second = moving(pace, 1);
        await().during(Duration.ofMillis(200)).atMost(LIMIT).until(() -> !second.isDone());
        pace.limit(0);
        await().atMost(LIMIT).until(second::isDone);
    }

    @Test
    void reckonsWhatWasMovedWithTheLimitOfThatTime() throws Exception {
        Pace pace = new Pace(0);
        pace.await(1_000_000_000);
        pace.limit(1_000);
        pace.await(1_000_000);
        CompletableFuture<Void> second = moving(pace, 1);
        await().during(Duration.ofMillis(200)).atMost(LIMIT).until(() -> !second.isDone());
        pace.limit(1_000_000_000);
        await().atMost(LIMIT).until(second::isDone);
    }

    @Test
    void movesAsMuchAsItMay() throws Exception {
        Pace pace = new Pace(1_000_000);
        long started = System.nanoTime();
        for (int i = 0; i < 60; i++) {
            pace.await(10_000);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
    }

    @Test
    void holdsWhoMovesWhileItIsPaused() {
        Pace pace = new Pace(0);
        pace.pause(true);
        CompletableFuture<Void> moved = moving(pace, 1);
        await().during(Duration.ofMillis(200)).atMost(LIMIT).until(() -> !moved.isDone());
        pace.pause(false);
        await().atMost(LIMIT).until(moved::isDone);
    }
}
