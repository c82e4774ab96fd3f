package dev.godwit.demo.display;

import dev.godwit.demo.display.DisplayModel.Copy;
import dev.godwit.demo.display.DisplayModel.Table;
import dev.godwit.demo.display.Line.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The part of the screen about tables: a bar for each of the largest, one for the rest, one line once all are in. */
final class TableBars {

    private static final int MOST = 8;

    private final Screen screen;

    TableBars(Screen screen) {
        this.screen = screen;
    }

    List<String> draw(Copy copy, int room) {
        if (copy.done() || room < 4) {
            return List.of(summary(copy));
        }
        List<String> lines = new ArrayList<>();
        List<Table> single = worthABar(copy.tables(), Math.min(MOST, room - 3));
        single.forEach(table -> lines.add(bar(table.name(), table)));
        List<Table> rest = new ArrayList<>(copy.tables());
        rest.removeAll(single);
        if (!rest.isEmpty()) {
            lines.add(rest(rest));
        }
        lines.add(bar("all tables", sum(copy)));
        lines.add("");
        return lines;
    }

    /** Whatever is being copied, and the largest of the others; in the order of all tables, so that bars stay in place. */
    private static List<Table> worthABar(List<Table> tables, int most) {
        Set<Table> worth = new HashSet<>();
        Stream.concat(tables.stream().filter(Table::inCopy), tables.stream().filter(table -> !table.inCopy()))
                .limit(most)
                .forEach(worth::add);
        return tables.stream().filter(worth::contains).toList();
    }

    private String summary(Copy copy) {
        long done = copy.tables().stream().filter(Table::done).count();
        String count = copy.done()
                ? Figures.count(done)
                : done + " of " + copy.tables().size();
        return screen.labelled("tables")
                .add(count + " copied", copy.done() ? Style.GOOD : Style.BUSY)
                .add(": " + Figures.count(copy.rows()) + " rows, " + Figures.bytes(copy.bytes()) + " in "
                        + Figures.took(copy.running()))
                .toString();
    }

    private static Table sum(Copy copy) {
        return new Table("all", copy.rows(), copy.expectedRows(), copy.bytes(), copy.running(), copy.done());
    }

    private String rest(List<Table> tables) {
        long done = tables.stream().filter(Table::done).count();
        double fraction = tables.stream().mapToDouble(Table::fraction).sum() / tables.size();
        return screen.labelled(tables.size() + " others")
                .add(drawnBar(fraction), done == tables.size() ? Style.GOOD : Style.BUSY)
                .add("  " + done + " of " + tables.size() + " tables done")
                .toString();
    }

    private String bar(String label, Table table) {
        Style style = table.done() ? Style.GOOD : Style.BUSY;
        Line line = screen.labelled(label).add(drawnBar(table.fraction()), style);
        if (table.waiting()) {
            return line.add("  waiting", Style.FAINT).toString();
        }
        boolean known = table.done() || table.expectedRows() > 0;
        return line.add(Screen.padLeft(known ? Math.round(table.fraction() * 100) + " %" : "", 6), style)
                .add(Screen.padLeft(Figures.count(table.rows()), 11) + " rows")
                .add(Screen.padLeft(table.rows() == 0 ? "" : Figures.rate(table.rowsPerSecond()), 10))
                .add("  " + remaining(table))
                .toString();
    }

    private String drawnBar(double fraction) {
        return screen.glyphs().bar(fraction, Math.max(6, Math.min(40, screen.width() - 64)));
    }

    private static String remaining(Table table) {
        if (table.done()) {
            return "in " + Figures.took(table.running());
        }
        long rate = table.rowsPerSecond();
        if (rate == 0 || table.expectedRows() <= table.rows()) {
            return "";
        }
        return Figures.clock(Duration.ofSeconds((table.expectedRows() - table.rows()) / rate)) + " left";
    }
}
