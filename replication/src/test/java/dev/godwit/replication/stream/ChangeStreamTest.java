package dev.godwit.replication.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChangeStreamTest {

    private final EventQueue queue = new EventQueue(350);

    @Test
    void aRowForWhichTheHeapIsTooSmallIsNotTakenForALostConnection() {
        OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
        queue.end(cause);
        assertThatThrownBy(() -> ChangeStream.poll(queue, Duration.ZERO)).isSameAs(cause);
    }

    @Test
    void aFailureOfTheConnectionKeepsItsState() {
        SQLException cause = new SQLException("gone", "57P01");
        queue.end(cause);
        assertThatThrownBy(() -> ChangeStream.poll(queue, Duration.ZERO))
                .isInstanceOf(StreamEndedException.class)
                .hasFieldOrPropertyWithValue("SQLState", "57P01");
    }
}
