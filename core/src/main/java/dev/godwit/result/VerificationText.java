package dev.godwit.result;

import dev.godwit.schema.SchemaDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints a report of a verification for people. */
final class VerificationText {
    private static final String GAP = "  ";
    private static final List<String> HEADS =
            List.of("TABLE", "ROWS ON SOURCE", "ROWS ON TARGET", "DIFFERING", "RESULT");
    /** In a message that names what differs. */
    private static final int MOST_NAMED = 20;

    private VerificationText() {}

    /** The outcome, and a line for each object that differs. */
    static String summary(VerificationReport report) {
        StringBuilder text = new StringBuilder(head(report));
        List<String> lines = new ArrayList<>();
        report.differingTables().forEach(table -> lines.add("table " + clean(table.toString())));
        report.schema().forEach(difference -> lines.add(shortly(difference)));
        report.sequences().forEach(difference -> lines.add("sequence " + clean(difference.toString())));
        lines.stream().limit(MOST_NAMED).forEach(line -> text.append("\n  ").append(line));
        if (lines.size() > MOST_NAMED) {
            text.append("\n  and ").append(lines.size() - MOST_NAMED).append(" more");
        }
        return text.toString();
    }

    private static String head(VerificationReport report) {
        String what = "verification of '" + clean(report.migration()) + "' at " + report.lsn() + " (" + report.scope()
                + "): ";
        if (report.isEqual()) {
            return what + "no difference";
        }
        long rows = report.tables().stream()
                .mapToLong(TableVerification::differingRows)
                .sum();
        return what + count(rows, "row") + " in "
                + count(report.differingTables().size(), "table") + ", "
                + count(report.schema().size(), "definition") + " and "
                + count(report.sequences().size(), "sequence") + " differ";
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    static String print(VerificationReport report) {
        StringBuilder text = new StringBuilder(head(report)).append("\n\n");
        appendTables(text, report.tables());
        appendSection(
                text,
                "Rows",
                report.differences().stream().map(VerificationText::row).toList());
        appendSection(
                text,
                "Schema",
                report.schema().stream().map(VerificationText::fully).toList());
        appendSection(
                text,
                "Sequences",
                report.sequences().stream().map(SequenceDifference::toString).toList());
        appendSection(
                text,
                "Not compared",
                report.notCompared().stream().map(NotCompared::toString).toList());
        return text.toString();
    }

    private static void appendSection(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append(":\n");
            lines.forEach(line -> text.append("  ").append(clean(line)).append('\n'));
        }
    }

    private static void appendTables(StringBuilder text, List<TableVerification> tables) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADS);
        for (TableVerification table : tables) {
            rows.add(List.of(
                    clean(table.table().toString()),
                    Long.toString(table.sourceRows()),
                    Long.toString(table.targetRows()),
                    Long.toString(table.differingRows()),
                    clean(table.problem().orElse(table.isEqual() ? "equal" : "different"))));
        }
        int[] widths = new int[HEADS.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                boolean number = i > 0 && i < widths.length - 1;
                line.append(number ? pad + row.get(i) : row.get(i) + pad).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String row(RowDifference difference) {
        return difference
                + difference
                        .values()
                        .map(values -> "; key " + shown(difference.key()) + "; source " + shown(values.source())
                                + "; target " + shown(values.target()))
                        .orElse("");
    }

    private static String shown(Map<String, ? extends @Nullable String> values) {
        if (values.isEmpty()) {
            return "none";
        }
        return values.entrySet().stream()
                .map(value ->
                        value.getKey() + " = " + (value.getValue() == null ? "NULL" : "'" + value.getValue() + "'"))
                .collect(Collectors.joining(", "));
    }

    /** An object without its definition. */
    private static String shortly(SchemaDifference difference) {
        String which = difference.leftOrNull() == null
                ? " exists on the target only"
                : difference.rightOrNull() == null ? " does not exist on the target" : " is defined differently";
        return clean(difference.object()) + which;
    }

    private static String fully(SchemaDifference difference) {
        return difference.object() + ": source " + oneLine(difference.leftOrNull()) + ", target "
                + oneLine(difference.rightOrNull());
    }

    private static String oneLine(@Nullable String definition) {
        return definition == null ? "has none" : "has " + definition.strip().replaceAll("\\s+", " ");
    }

    /** A name may hold what a terminal obeys. */
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
