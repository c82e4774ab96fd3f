package dev.godwit.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.Lsn;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

final class EventQueueTest {

    /** Room for two events. */
    private final EventQueue queue = new EventQueue(350);

    private static StreamEvent event(int number) {
        return new StreamEvent.Position(new Lsn(number));
    }

    @Test
    void deliversInOrderWhatWasGathered() throws Exception {
        queue.gather(event(1));
        queue.gather(event(2));
        assertThat(queue.poll(0)).isNull();
        assertThat(queue.add(0)).isTrue();
        queue.gather(event(3));
        assertThat(queue.poll(0)).isEqualTo(event(1));
        assertThat(queue.poll(0)).isEqualTo(event(2));
        assertThat(queue.poll(0)).isNull();
    }

    @Test
    void keepsWhatHasNoRoomUntilThereIsSome() throws Exception {
        queue.gather(event(1));
        queue.gather(event(2));
        queue.add(0);
        queue.gather(event(3));
        assertThat(queue.add(0)).isFalse();
        assertThat(queue.poll(0)).isEqualTo(event(1));
        assertThat(queue.add(0)).isTrue();
        assertThat(queue.poll(0)).isEqualTo(event(2));
        assertThat(queue.poll(0)).isEqualTo(event(3));
        for (int number = 4; number < 8; number++) {
            queue.gather(event(number));
        }
        assertThat(queue.add(0)).as("anything fits into an empty queue").isTrue();
    }

    @Test
    void deliversEverythingBeforeItEnds() throws Exception {
        queue.gather(event(1));
        queue.add(0);
        queue.gather(event(2));
        SQLException cause = new SQLException("gone");
        queue.end(cause);
        assertThat(queue.poll(0)).isEqualTo(event(1));
        assertThat(queue.poll(0)).isEqualTo(event(2));
        assertThatThrownBy(() -> queue.poll(0)).hasCause(cause);
    }
}
