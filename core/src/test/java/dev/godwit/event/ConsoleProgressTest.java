package dev.godwit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConsoleProgressTest {
    private static final Pattern FRAME = Pattern.compile(
            "\u001b\\[\\?7l\r(?:\u001b\\[(\\d+)A)?((?:[^\u001b]*\u001b\\[K\n)*)\u001b\\[J\u001b\\[\\?7h");

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, false, StandardCharsets.UTF_8);

    @Test
    void drawsPhaseTablesRatesAndRemainingTime() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 120, 24);
        console.onEvent(Events.phase(0, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        console.onEvent(Events.queued(0, "public.film", 1_000));
        console.onEvent(Events.queued(0, "public.actor", 10));
        console.onEvent(Events.table(1, "public.film", 0));
        console.onEvent(Events.copied(2, "public.actor", 10));
        console.onEvent(Events.copy(3, 1, 2, 45_000, 100_000, Duration.ofSeconds(65)));
        console.onEvent(Events.table(5, "public.film", 400));
        assertThat(lastFrame())
                .containsExactly(
                        "orders  SNAPSHOT  0:05",
                        "  [#########...........] copied 1 of 2 tables, 45 %, 450 rows, 5.0 MB/s, 1:05 left",
                        "  [########............] 40 % public.film 400 rows, 100 rows/s, 0:06 left");
    }

    @Test
    void drawsLagAndTheStepsOfTheCutoverAndLeavesTheEndStanding() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 120, 24);
        console.onEvent(Events.phase(0, MigrationPhase.SNAPSHOT, MigrationPhase.CATCH_UP));
        console.onEvent(Events.applied(1, 12_300_000, 5, 2));
        assertThat(lastFrame())
                .containsExactly(
                        "orders  CATCH_UP  0:01",
                        "  behind by 12.3 MB and 1.4 s; 5 transactions, 6 changes applied, up to 0/100");
        console.onEvent(new MigrationEvent.CutoverStepStarted("orders", Events.at(2), "drain"));
        assertThat(lastFrame()).contains("  cutover: drain");
        console.onEvent(new MigrationEvent.CutoverCompleted("orders", Events.at(3), "0/200", Duration.ofMillis(240)));
        console.onEvent(Events.phase(3, MigrationPhase.CUTOVER, MigrationPhase.COMPLETED));
        assertThat(lastFrame()).containsExactly("orders  COMPLETED  0:03  writes were held back for 240 ms");
        console.onEvent(Events.phase(9, MigrationPhase.CREATED, MigrationPhase.PREFLIGHT));
        assertThat(frames().get(frames().size() - 1).group(1))
                .as("drawn below what stays")
                .isNull();
    }

    @Test
    void drawsEachFrameOverTheOneBeforeWithOneWrite() {
        int[] writes = new int[1];
        ConsoleProgress console = ConsoleProgress.drawing(
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) {
                                written.write(b);
                            }

                            @Override
                            public void write(byte[] bytes, int from, int length) {
                                writes[0]++;
                                written.write(bytes, from, length);
                            }
                        },
                        false,
                        StandardCharsets.UTF_8),
                80,
                24);
        IntStream.range(0, 50).forEach(i -> console.onEvent(Events.applied(i, i, i, i)));
        List<Matcher> frames = frames();
        assertThat(frames).hasSize(50);
        assertThat(writes[0]).isEqualTo(50);
        int before = 0;
        for (Matcher frame : frames) {
            assertThat(frame.group(1)).isEqualTo(before == 0 ? null : Integer.toString(before));
            before = (int) frame.group(2).chars().filter(c -> c == '\n').count();
        }
        assertThat(FRAME.matcher(text()).replaceAll(""))
                .as("nothing but frames")
                .isEmpty();
    }

    @Test
    void drawsAtMostTenTimesASecondButEveryPhase() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 80, 24);
        IntStream.range(0, 1_000).forEach(i -> console.onEvent(Events.applied(i * 0.001, i, i, i)));
        assertThat(frames()).hasSize(10);
        console.onEvent(Events.phase(1, MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER));
        assertThat(frames()).hasSize(11);
    }

    @Test
    void neverExceedsTheTerminal() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 20, 5);
        console.onEvent(Events.phase(0, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        IntStream.range(0, 50).forEach(i -> {
            console.onEvent(Events.queued(1, "public.table_" + i, 1_000));
            console.onEvent(Events.table(i + 2, "public.table_" + i, 10));
        });
        assertThat(lastFrame())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(20));
    }

    @Test
    void showsNoControlCharacterOfANameOrMessage() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 200, 24);
        console.onEvent(Events.warning(0, "a\u001b[2Jb\nc\u0007d\u202ee"));
        assertThat(lastFrame()).containsExactly("orders  CREATED  0:00", "  ! a?[2Jb c?d?e");
    }

    @Test
    void showsSeveralMigrationsOneBelowTheOther() {
        ConsoleProgress console = ConsoleProgress.drawing(out, 80, 24);
        console.onEvent(Events.phase(0, MigrationPhase.CREATED, MigrationPhase.PREFLIGHT));
        console.onEvent(new MigrationEvent.PhaseChanged(
                "films", Events.at(1), MigrationPhase.CREATED, MigrationPhase.PREFLIGHT));
        console.onEvent(new MigrationEvent.Failed("films", Events.at(2), MigrationPhase.PREFLIGHT, "no"));
        assertThat(lastFrame())
                .containsExactly("orders  PREFLIGHT  0:02", "films  PREFLIGHT  0:01", "  ! failed in PREFLIGHT: no");
    }

    @Test
    void printsLinesWhereThereIsNoTerminal() {
        ConsoleProgress console = ConsoleProgress.lines(out);
        console.onEvent(Events.phase(0, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        IntStream.range(0, 100).forEach(i -> {
            console.onEvent(Events.table(i * 0.11, "public.film", i));
            console.onEvent(Events.copy(i * 0.11, 0, 2, i * 100L, 10_000, null));
        });
        console.onEvent(Events.copied(11, "public.film", 100));
        console.onEvent(Events.failed(12, "two parts:\n  one"));
        assertThat(text().lines())
                .containsExactly(
                        "2026-03-01T12:00:00Z orders: SCHEMA -> SNAPSHOT",
                        "2026-03-01T12:00:00Z orders: copied 0 of 2 tables, 0 %, 0 rows, 5.0 MB/s",
                        "2026-03-01T12:00:10Z orders: copied 0 of 2 tables, 91 %, 91 rows, 5.0 MB/s",
                        "2026-03-01T12:00:11Z orders: table public.film copied: 100 rows, 10.0 kB in 2.0 s",
                        "2026-03-01T12:00:12Z orders: ERROR failed in SNAPSHOT: two parts:   one");
    }

    @Test
    void goesOnPrintingWhenTheClockIsSetBack() {
        ConsoleProgress console = ConsoleProgress.lines(out);
        console.onEvent(Events.copy(3600, 0, 2, 0, 10_000, null));
        console.onEvent(Events.copy(1, 0, 2, 4_000, 10_000, null));
        console.onEvent(Events.copy(2, 0, 2, 5_000, 10_000, null));
        assertThat(text().lines())
                .containsExactly(
                        "2026-03-01T13:00:00Z orders: copied 0 of 2 tables, 0 %, 0 rows, 5.0 MB/s",
                        "2026-03-01T12:00:01Z orders: copied 0 of 2 tables, 40 %, 40 rows, 5.0 MB/s");
    }

    @ParameterizedTest
    @CsvSource({
        "true,  xterm, '',    true",
        "true,  xterm, false, true",
        "true,  xterm, true,  false",
        "true,  dumb,  '',    false",
        "true,  '',    '',    false",
        "false, xterm, '',    false"
    })
    void drawsOnlyOnATerminalThatCanBeDrawnOn(boolean terminal, String kind, String ci, boolean drawn) {
        ConsoleProgress.create(out, Map.of("TERM", kind, "CI", ci), terminal)
                .onEvent(Events.phase(0, MigrationPhase.CREATED, MigrationPhase.PREFLIGHT));
        assertThat(text().contains("\u001b")).isEqualTo(drawn);
    }

    @Test
    void takesTheTerminalsSizeFromTheEnvironment() {
        ConsoleProgress console =
                ConsoleProgress.create(out, Map.of("TERM", "xterm", "COLUMNS", "30", "LINES", "3"), true);
        console.onEvent(Events.warning(0, "x".repeat(50)));
        console.onEvent(Events.applied(1, 1, 1, 1));
        assertThat(lastFrame()).hasSize(2);
        assertThat(lastFrame().get(1)).hasSize(30);
    }

    @Test
    void givesUpOnAStreamThatFails() {
        int[] writes = new int[1];
        ConsoleProgress console = ConsoleProgress.lines(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        writes[0]++;
                        throw new IOException("expected by this test");
                    }
                },
                false,
                StandardCharsets.UTF_8));
        IntStream.range(0, 10).forEach(i -> console.onEvent(Events.warning(i, "x")));
        assertThat(writes[0]).isEqualTo(1);
    }

    @Test
    void refusesATerminalThatIsTooSmall() {
        assertThatThrownBy(() -> ConsoleProgress.drawing(out, 19, 24)).hasMessageContaining("too small");
    }

    private String text() {
        out.flush();
        return written.toString(StandardCharsets.UTF_8);
    }

    private List<Matcher> frames() {
        Matcher matcher = FRAME.matcher(text());
        return matcher.results()
                .map(result -> {
                    Matcher frame = FRAME.matcher(result.group());
                    assertThat(frame.matches()).isTrue();
                    return frame;
                })
                .toList();
    }

    private List<String> lastFrame() {
        List<Matcher> frames = frames();
        return frames.get(frames.size() - 1)
                .group(2)
                .replace("\u001b[K", "")
                .lines()
                .toList();
    }
}
