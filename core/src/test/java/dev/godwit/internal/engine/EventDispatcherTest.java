package dev.godwit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.ListenerStatistics;
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
    void countsWhatEachListenerWasToldAndHasThrown() {
        MigrationListener broken = event -> {
            if (text(event).equals("1")) {
                throw new StackOverflowError("expected by this test");
            }
            throw new Unspeakable();
        };
        EventDispatcher events = dispatcher(recorder, broken);
        IntStream.range(0, 3).forEach(i -> events.publish(warning(i)));
        events.close();
        events.publish(warning(3));
        ListenerStatistics statistics = events.statistics();
        assertThat(statistics.published()).isEqualTo(4);
        assertThat(statistics.leftOut()).isEqualTo(1);
        assertThat(statistics.waiting()).isZero();
        assertThat(statistics.failures()).isEqualTo(3);
        assertThat(statistics.listeners())
                .extracting(ListenerStatistics.Listener::told, ListenerStatistics.Listener::failures)
                .containsExactly(tuple(3L, 0L), tuple(3L, 3L));
        assertThat(statistics.listeners().get(0).type())
                .isEqualTo(recorder.getClass().getName());
    }

    /** Whose description fails, too. */
    private static final class Unspeakable extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("expected by this test");
        }
    }

    @Test
    void interruptsAListenerThatIsStillBusyAfterTheEndAndDropsTheRest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        MigrationListener forever = event -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };
        EventDispatcher events = impatient(forever, recorder);
        IntStream.range(0, 3).forEach(i -> events.publish(warning(i)));
        begun.await();
        events.close();
        interrupted.await();
        assertThat(events.statistics().leftOut()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(seen).containsExactly("0"));
    }

    @Test
    void closesAlsoIfAListenerNeitherReturnsNorIsMovedByAnInterrupt() {
        CountDownLatch release = new CountDownLatch(1);
        EventDispatcher events = impatient(event -> {
            while (release.getCount() > 0) {
                awaitQuietly(release);
            }
        });
        try {
            events.publish(warning(0));
            await().until(() -> events.statistics().waiting() == 1);
            events.close();
            assertThat(events.statistics().waiting()).isEqualTo(1);
        } finally {
            release.countDown();
        }
    }

    @Test
    void tellsTheLastWordToAnInterruptedCallerOfClose() {
        EventDispatcher events = dispatcher(recorder);
        IntStream.range(0, 100).forEach(i -> events.publish(warning(i)));
        Thread.currentThread().interrupt();
        events.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).hasSize(100);
    }

    @Test
    void keepsAListenersInterruptFromTheOthers() {
        List<Boolean> interrupts = new CopyOnWriteArrayList<>();
        try (EventDispatcher events = dispatcher(
                event -> Thread.currentThread().interrupt(),
                event -> interrupts.add(Thread.currentThread().isInterrupted()))) {
            IntStream.range(0, 2).forEach(i -> events.publish(warning(i)));
        }
        assertThat(interrupts).containsExactly(false, false);
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
        long[] leftOut = new long[1];
        try (EventDispatcher events = dispatcher(slow, recorder)) {
            events.publish(warning(-1));
            hanging.await();
            IntStream.range(0, 100_000).forEach(i -> events.publish(progress(i)));
            IntStream.range(0, 10).forEach(i -> events.publish(warning(i)));
            leftOut[0] = events.statistics().leftOut();
            release.countDown();
        }
        assertThat(seen).filteredOn(text -> text.startsWith("progress")).hasSize(1_000);
        assertThat(leftOut[0]).isEqualTo(99_000);
        assertThat(seen)
                .filteredOn(text -> !text.startsWith("progress"))
                .containsExactly("-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void boundsWhatIsNoProgressToo() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EventDispatcher events = dispatcher(event -> {
            hanging.countDown();
            awaitQuietly(release);
        });
        events.publish(warning(-1));
        hanging.await();
        IntStream.range(0, 100_005).forEach(i -> events.publish(warning(i)));
        assertThat(events.statistics().leftOut()).isEqualTo(5);
        assertThat(events.statistics().waiting()).isEqualTo(100_001);
        release.countDown();
        events.close();
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

    /** For those that would keep {@code close} waiting for as long as it does. */
    private static EventDispatcher impatient(MigrationListener... listeners) {
        return new EventDispatcher("test", List.of(listeners), Duration.ofMillis(200));
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
