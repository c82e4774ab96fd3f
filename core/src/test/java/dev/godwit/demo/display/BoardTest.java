package dev.godwit.demo.display;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.demo.display.DisplayModel.State;
import dev.godwit.demo.display.DisplayModel.Table;
import dev.godwit.event.MigrationEvent.Failed;
import dev.godwit.event.MigrationEvent.PhaseChanged;
import dev.godwit.event.MigrationEvent.ReplicationProgress;
import dev.godwit.event.MigrationEvent.TableCopied;
import dev.godwit.event.MigrationEvent.TableProgress;
import dev.godwit.event.MigrationEvent.TableQueued;
import dev.godwit.event.MigrationPhase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Board board =
            new Board("t", List.of("data", "snapshot", "proof"), Clock.fixed(START.plusSeconds(10), ZoneOffset.UTC));

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void takesAStagesTimeFromTheEvents() {
        board.onEvent(new PhaseChanged("m", at(1), MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        board.onEvent(new PhaseChanged("m", at(5), MigrationPhase.CUTOVER, MigrationPhase.COMPLETED));

        assertThat(board.stageTimes()).containsExactly(new Board.StageTime("snapshot", Duration.ofSeconds(4)));
    }

    @Test
    void goesOnCountingWhenAStageComesBack() {
        board.onEvent(new PhaseChanged("m", at(1), MigrationPhase.SNAPSHOT, MigrationPhase.CATCH_UP));
        board.onEvent(new PhaseChanged("m", at(2), MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER));
        board.onEvent(new PhaseChanged("m", at(4), MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP));

        assertThat(board.stageTimes())
                .containsExactly(
                        new Board.StageTime("catch-up", Duration.ofSeconds(7)),
                        new Board.StageTime("ready", Duration.ofSeconds(2)));
    }

    @Test
    void marksTheStageThatFailed() {
        board.onEvent(new PhaseChanged("m", at(1), MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        board.onEvent(new Failed("m", at(2), MigrationPhase.SNAPSHOT, "no space\nhint"));
        board.onEvent(new PhaseChanged("m", at(2), MigrationPhase.SNAPSHOT, MigrationPhase.FAILED));

        assertThat(board.model().stages())
                .filteredOn(stage -> stage.state() == State.FAILED)
                .hasSize(1);
        assertThat(board.model().notes()).containsExactly("no space");
    }

    @Test
    void ordersTablesBySizeAndSumsThemUp() {
        board.onEvent(new TableQueued("m", at(0), "public.film", 10, 100));
        board.onEvent(new TableQueued("m", at(0), "archive.rental", 100, 1000));
        board.onEvent(new TableProgress("m", at(2), "archive.rental", 40, 400));
        board.onEvent(new TableCopied("m", at(3), "public.film", 11, 110, Duration.ofSeconds(1), "binary"));

        DisplayModel.Copy copy = board.model().copy().orElseThrow();
        assertThat(copy.tables()).extracting(Table::name).containsExactly("archive.rental", "film");
        assertThat(copy.rows()).isEqualTo(51);
        assertThat(copy.expectedRows()).isEqualTo(111);
        assertThat(copy.done()).isFalse();
        assertThat(board.totals()).isEqualTo(new Board.Totals(2, 51, 510, 0, 0));
    }

    @Test
    void stopsTheClockOfTheCopyWhenTheLastTableIsIn() {
        board.onEvent(new TableQueued("m", at(0), "public.film", 10, 100));
        board.onEvent(new TableCopied("m", at(3), "public.film", 11, 110, Duration.ofSeconds(1), "binary"));

        assertThat(board.model().copy().orElseThrow().running()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void derivesTheRateOfApplyFromTwoReports() {
        for (int second = 1; second <= 3; second++) {
            board.onEvent(new ReplicationProgress(
                    "m", at(second), "0/2", "0/1", 100, Duration.ofMillis(20), second * 50L, 3, 2, 1));
        }

        DisplayModel.Follow follow = board.model().follow().orElseThrow();
        assertThat(follow.applied()).isEqualTo(new DisplayModel.Applied(150, 50, 6));
        assertThat(follow.over()).isFalse();
    }

    @Test
    void saysEverythingInOneLineOfPlainText() {
        board.onEvent(new PhaseChanged("m", at(1), MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        board.onEvent(new TableQueued("m", at(0), "public.film", 10, 100));
        board.onEvent(new TableProgress("m", at(2), "public.film", 4, 40));

        assertThat(PlainText.line(board.model())).isEqualTo("[0:00] snapshot; 0 of 1 tables, 4 rows (40 %)");
    }
}
