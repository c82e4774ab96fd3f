package dev.godwit.internal.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

final class PauseWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A session that waits for somebody's lock. */
    private static Connection session(AtomicInteger cancelled) {
        return session(cancelled::incrementAndGet, () -> {});
    }

    /** Its server has gone without a word, so that nobody there reads what asks it to cancel, either. */
    private static Connection unanswered(CountDownLatch aborted) {
        return session(
                () -> assertThat(aborted.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue(),
                aborted::countDown);
    }

    private static Connection session(Callable<?> cancel, Runnable abort) {
        return (Connection) Proxy.newProxyInstance(
                PauseWatchTest.class.getClassLoader(),
                new Class<?>[] {Connection.class, PGConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isClosed" -> false;
                    case "unwrap" -> proxy;
                    case "cancelQuery" -> {
                        cancel.call();
                        yield null;
                    }
                    case "abort" -> {
                        abort.run();
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static boolean isWaiting(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(known -> known.getName().equals(thread) && known.getState() == Thread.State.TIMED_WAITING);
    }

    /** As in a group, whose common pause may be shorter than that of one member. */
    @Test
    void cancelsByADeadlineThatIsSoonerThanTheOneBefore() {
        AtomicInteger cancelled = new AtomicInteger();
        long later = System.nanoTime() + Duration.ofHours(1).toNanos();
        try (PauseWatch watch = new PauseWatch("sooner", List.of(session(cancelled)), () -> {}, later)) {
            await().atMost(LIMIT).until(() -> isWaiting("godwit-sooner-pause"));
            watch.until(System.nanoTime());
            await().atMost(LIMIT).until(() -> cancelled.get() > 0);
        }
    }

    @Test
    void endsTheSessionsOfAServerThatDoesNotEvenCancel() throws Exception {
        CountDownLatch aborted = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        AtomicInteger cancelled = new AtomicInteger();
        List<Connection> sessions = List.of(unanswered(aborted), session(cancelled));
        try (PauseWatch watch = new PauseWatch("gone", sessions, others::countDown, System.nanoTime())) {
            assertThat(aborted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(others.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(watch.hasAborted()).isTrue();
            assertThat(cancelled).as("the other server was asked meanwhile").hasPositiveValue();
        }
    }

    /** Writers wait for who closes it. */
    @Test
    void isClosedAlthoughAServerDoesNotCancel() throws Exception {
        CountDownLatch aborted = new CountDownLatch(1);
        PauseWatch watch = new PauseWatch("closed", List.of(unanswered(aborted)), () -> {}, System.nanoTime());
        await().atMost(LIMIT).until(() -> isThere("godwit-closed-cancel"));
        watch.close();
        assertThat(aborted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static boolean isThere(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(known -> known.getName().equals(thread));
    }
}
