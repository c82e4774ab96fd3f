package dev.godwit.internal.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.status.TableLoadState;
import dev.godwit.status.TableStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TableProgressTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final TableProgress table = new TableProgress(TableStatus.FullLoad.QUEUED, null);

    @Test
    void estimatesItsEndBySpeed() {
        table.queued(1_000, 8_192, NOON);
        assertThat(table.load().estimatedFinish()).isNull();
        table.moved(0, 0, NOON);
        assertThat(table.load().state()).isEqualTo(TableLoadState.LOADING);
        assertThat(table.load().startedOn()).isEqualTo(NOON);
        table.moved(250, 2_000, NOON.plusSeconds(10));
        assertThat(table.load().estimatedFinish()).isEqualTo(NOON.plusSeconds(40));
        table.moved(1_001, 9_000, NOON.plusSeconds(41));
        assertThat(table.load().estimatedFinish())
                .as("more rows than the statistics know of")
                .isNull();
        table.copied(1_100, 10_000, Duration.ofSeconds(45), NOON.plusSeconds(45));
        assertThat(table.load().endedOn()).isEqualTo(NOON.plusSeconds(45));
        assertThat(table.load().startedOn()).isEqualTo(NOON);
        assertThat(table.load().rows()).isEqualTo(1_100);
    }

    @Test
    void beginsAnewWhenItIsCopiedAfresh() {
        table.queued(-1, 8_192, NOON);
        assertThat(table.load().estimatedRows()).isNull();
        table.moved(5, 50, NOON);
        table.failed("no room", NOON);
        assertThat(table.load().state()).isEqualTo(TableLoadState.ERRORED);
        assertThat(table.load().error()).isEqualTo("no room");
        table.queued(5, 8_192, NOON.plusSeconds(1));
        assertThat(table.load().error()).isNull();
        assertThat(table.load().startedOn()).isNull();
    }

    @Test
    void whatFailsOnATableThatIsCopiedIsNotItsCopy() {
        table.copied(5, 50, Duration.ofSeconds(3), NOON);
        assertThat(table.load().startedOn()).isEqualTo(NOON.minusSeconds(3));
        table.failed("no room for its index", NOON);
        assertThat(table.load().state()).isEqualTo(TableLoadState.COMPLETED);
    }

    @Test
    void isToBeStoredOnceForEachChange() {
        assertThat(table.takeChanged()).isFalse();
        table.moved(1, 1, NOON);
        assertThat(table.takeChanged()).isTrue();
        assertThat(table.takeChanged()).isFalse();
        table.storeAgain();
        assertThat(table.takeChanged()).isTrue();
    }
}
