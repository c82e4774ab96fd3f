package dev.godwit.result;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Prints a report of the preflight for people. */
final class ReportTable {
    private static final String GAP = "  ";
    private static final List<String> HEADS = List.of("SEVERITY", "CODE", "OBJECT", "OBSERVED", "REQUIRED", "REMEDY");
    /** Together with the gaps 160. */
    private static final List<Integer> WIDEST = List.of(11, 6, 25, 46, 20, 42);

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();

    private ReportTable(PreflightReport report) {
        for (Finding finding : report.findings()) {
            rows.add(List.of(
                    finding.severity().label(),
                    finding.code(),
                    finding.object(),
                    finding.observed(),
                    finding.required(),
                    finding.remedy()));
        }
        for (int column = 0; column < HEADS.size(); column++) {
            int of = column;
            widths.add(Stream.concat(Stream.of(HEADS.get(of)), rows.stream().flatMap(row -> wrapped(row, of)))
                    .mapToInt(String::length)
                    .max()
                    .orElseThrow());
        }
    }

    static String print(PreflightReport report) {
        String counts = Stream.of(Finding.Severity.values())
                .map(severity -> count(report.findings(severity).size(), severity.label()))
                .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder("preflight of '" + clean(report.migration()) + "': " + counts + "\n");
        if (!report.findings().isEmpty()) {
            new ReportTable(report).appendTo(text);
        }
        return text.toString();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void appendTo(StringBuilder text) {
        text.append('\n');
        appendLine(text, HEADS);
        appendLine(text, widths.stream().map("-"::repeat).toList());
        for (List<String> row : rows) {
            List<List<String>> cells = IntStream.range(0, row.size())
                    .mapToObj(column -> wrapped(row, column).toList())
                    .toList();
            int lines = cells.stream().mapToInt(List::size).max().orElseThrow();
            for (int i = 0; i < lines; i++) {
                int line = i;
                appendLine(
                        text,
                        cells.stream()
                                .map(cell -> line < cell.size() ? cell.get(line) : "")
                                .toList());
            }
        }
    }

    private void appendLine(StringBuilder text, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            line.append(cells.get(column))
                    .append(" ".repeat(widths.get(column) - cells.get(column).length()));
            line.append(GAP);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** The lines of a cell; words stay whole. */
    private static Stream<String> wrapped(List<String> row, int column) {
        int widest = WIDEST.get(column);
        List<String> lines = new ArrayList<>();
        for (String given : row.get(column).split("\\R")) {
            StringBuilder line = new StringBuilder();
            for (String word : clean(given).split(" +")) {
                if (!line.isEmpty() && line.length() + 1 + word.length() > widest) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
            lines.add(line.toString());
        }
        return lines.stream();
    }

    /** A name may hold what a terminal obeys. */
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
