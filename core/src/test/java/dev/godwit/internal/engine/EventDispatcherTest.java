package dev.godwit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EventDispatcherTest {
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final MigrationListener recorder = event -> seen.add(text(event));

    @Test
    void tellsEveryListenerEverythingInOrder() {
        List<String> second = new CopyOnWriteArrayList<>();
        try (EventDispatcher events = dispatcher(recorder, event -> second.add(text(event)))) {
            IntStream.range(0, 5_000).forEach(i -> events.publish(warning(i)));
        }
        List<String> all = IntStream.range(0, 5_000).mapToObj(Integer::toString).toList();
        assertThat(seen).isEqualTo(all);
        assertThat(second).isEqualTo(all);
    }

    @Test
    void goesOnAfterAListenerThatThrowsWhateverItThrows() {
        MigrationListener broken = event -> {
            if (text(event).equals("0")) {
                throw new IllegalStateException("expected by this test");
            }
            throw new AssertionError("expected by this test");
        };
        try (EventDispatcher events = dispatcher(broken, recorder)) {
            IntStream.range(0, 3).forEach(i -> events.publish(warning(i)));
        }
        assertThat(seen).containsExactly("0", "1", "2");
    }

    @Test
    void neverBlocksThePublisherAndBoundsProgressBehindAListenerThatHangs() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        MigrationListener slow = event -> {
            hanging.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (EventDispatcher events = dispatcher(slow, recorder)) {
            events.publish(warning(-1));
            hanging.await();
            IntStream.range(0, 100_000).forEach(i -> events.publish(progress(i)));
            IntStream.range(0, 10).forEach(i -> events.publish(warning(i)));
            release.countDown();
        }
        assertThat(seen).filteredOn(text -> text.startsWith("progress")).hasSize(1_000);
        assertThat(seen)
                .filteredOn(text -> !text.startsWith("progress"))
                .containsExactly("-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void letsAListenerCloseIt() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        EventDispatcher[] self = new EventDispatcher[1];
        CountDownLatch ready = new CountDownLatch(1);
        self[0] = dispatcher(event -> {
            awaitQuietly(ready);
            self[0].close();
            closed.countDown();
        });
        ready.countDown();
        self[0].publish(warning(0));
        closed.await();
        self[0].close();
        self[0].publish(warning(1));
        assertThat(closed.getCount()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EventDispatcher dispatcher(MigrationListener... listeners) {
        return new EventDispatcher("test", List.of(listeners));
    }

    private static MigrationEvent warning(int number) {
        return new MigrationEvent.Warning("test", Instant.EPOCH, Integer.toString(number));
    }

    private static MigrationEvent progress(int number) {
        return new MigrationEvent.TableProgress(
                "test", Instant.EPOCH, "progress " + number, number, Duration.ZERO.toMillis());
    }

    private static String text(MigrationEvent event) {
        return event instanceof MigrationEvent.Warning warning
                ? warning.message()
                : ((MigrationEvent.TableProgress) event).table();
    }
}
