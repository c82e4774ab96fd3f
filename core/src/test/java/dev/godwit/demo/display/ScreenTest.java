package dev.godwit.demo.display;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.demo.display.DisplayModel.Applied;
import dev.godwit.demo.display.DisplayModel.Copy;
import dev.godwit.demo.display.DisplayModel.Follow;
import dev.godwit.demo.display.DisplayModel.SchemaWork;
import dev.godwit.demo.display.DisplayModel.Stage;
import dev.godwit.demo.display.DisplayModel.State;
import dev.godwit.demo.display.DisplayModel.Table;
import dev.godwit.demo.display.DisplayModel.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {

    private static final Screen WIDE = new Screen(100, 30, Glyphs.UNICODE, false);

    private static Table table(String name, long rows, boolean done) {
        return new Table(name, rows, 1000, rows * 10, Duration.ofSeconds(1), done);
    }

    private static Table waiting(String name) {
        return new Table(name, 0, 1000, 0, Duration.ZERO, false);
    }

    private static DisplayModel with(List<Table> tables, List<String> notes) {
        return new DisplayModel(
                "title",
                Duration.ofSeconds(67),
                List.of(
                        new Stage("schema", State.DONE, Duration.ofMillis(1400)),
                        new Stage("snapshot", State.RUNNING, Duration.ofSeconds(5)),
                        new Stage("cutover", State.WAITING, Duration.ZERO)),
                tables.isEmpty() ? Optional.empty() : Optional.of(new Copy(tables, Duration.ofSeconds(2))),
                Optional.of(new Follow(1_200_000, Duration.ofMillis(400), new Applied(12_345, 830, 45_678), false)),
                Optional.of(new Traffic("PostgreSQL 13", 6, 24_310, true, List.of(0L, 200L, 400L))),
                Optional.of(new SchemaWork(31, "index public.rental_customer_idx", Duration.ofMillis(420))),
                notes);
    }

    private static DisplayModel with(Table... tables) {
        return with(List.of(tables), List.of());
    }

    @Test
    void showsStagesWithSignAndTime() {
        assertThat(WIDE.draw(with())).anyMatch(line -> line.contains("✔ schema 1.4 s  ▶ snapshot 5.0 s  · cutover"));
    }

    @Test
    void endsTheTitleWithTheTimeAtTheRightEdge() {
        assertThat(WIDE.draw(with()).get(0)).hasSize(100).startsWith(" title").endsWith("1:07 ");
    }

    @Test
    void givesABarWithShareRowsRateAndRemainingTimeToATableInCopy() {
        assertThat(WIDE.draw(with(table("rental", 250, false))))
                .anyMatch(line -> line.matches(" rental .*█░+ +25 % +250 rows +250/s +0:03 left"));
    }

    @Test
    void givesTheTimeTakenToATableThatIsIn() {
        assertThat(WIDE.draw(with(table("rental", 1000, true), table("film", 0, false))))
                .anyMatch(line -> line.matches(" rental +█+ 100 % +1,000 rows +1,000/s +in 1.0 s"));
    }

    @Test
    void showsWhatIsBeingCopiedEvenIfItIsSmallAndSumsUpTheOthers() {
        List<Table> tables = new java.util.ArrayList<>(
                IntStream.range(0, 20).mapToObj(i -> waiting("large_" + i)).toList());
        tables.add(table("small", 10, false));

        List<String> lines = WIDE.draw(with(tables, List.of()));

        assertThat(lines).anyMatch(line -> line.startsWith(" small "));
        assertThat(lines).anyMatch(line -> line.startsWith(" 13 others ") && line.endsWith("0 of 13 tables done"));
        assertThat(lines).noneMatch(line -> line.startsWith(" large_7 "));
    }

    @Test
    void needsOneLineOnceAllTablesAreIn() {
        assertThat(WIDE.draw(with(table("rental", 1000, true), table("film", 500, true))))
                .anyMatch(line -> line.matches(" tables +2 copied: 1,500 rows, 15.0 kB in 2.0 s"))
                .noneMatch(line -> line.contains("rental "));
    }

    @Test
    void showsReplicationTrafficAndTheLastStep() {
        assertThat(String.join("\n", WIDE.draw(with())))
                .contains("behind by 1.2 MB · 400 ms", "12,345 transactions, 45,678 changes applied, 830/s")
                .contains("200 commits/s → PostgreSQL 13 · 24,310 acknowledged · 6 connections")
                .contains("▁▄█")
                .contains("31 steps done, last: index public.rental_customer_idx in 420 ms");
    }

    @Test
    void showsNotes() {
        assertThat(WIDE.draw(with(List.of(), List.of("the slot holds back WAL"))))
                .contains(" ! the slot holds back WAL");
    }

    @ParameterizedTest
    @CsvSource({"20,10", "40,12", "80,24", "80,8", "200,60", "1,2"})
    void fitsEveryTerminal(int width, int height) {
        List<Table> tables = IntStream.range(0, 31)
                .mapToObj(i -> table("table_" + i, i * 30L, false))
                .toList();

        List<String> lines =
                new Screen(width, height, Glyphs.ASCII, false).draw(with(tables, List.of("a note", "another")));

        assertThat(lines).allMatch(line -> line.length() <= width).hasSizeLessThan(height);
    }

    @Test
    void usesNothingButAsciiWhereTheTerminalKnowsNothingElse() {
        String lines =
                String.join("\n", new Screen(100, 30, Glyphs.ASCII, false).draw(with(table("rental", 1, false))));

        assertThat(lines).isASCII();
    }

    @Test
    void coloursWithoutCountingColoursAsWidth() {
        List<String> coloured = new Screen(100, 30, Glyphs.UNICODE, true).draw(with(table("rental", 250, false)));

        assertThat(coloured)
                .map(line -> line.replaceAll("\u001b\\[[0-9]*m", ""))
                .isEqualTo(WIDE.draw(with(table("rental", 250, false))));
        assertThat(String.join("", coloured)).contains("\u001b[36m");
    }
}
