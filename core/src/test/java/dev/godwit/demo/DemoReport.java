package dev.godwit.demo;

import dev.godwit.demo.display.Board;
import dev.godwit.demo.display.Figures;
import dev.godwit.demo.proof.Finding;
import dev.godwit.demo.traffic.WritePause;
import dev.godwit.event.MigrationPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How it went; drawn as the closing block.
 *
 * @param totals what came over
 * @param stages how long each part took
 * @param cutoverSteps how long each step of the cutover took
 * @param pause how long the application could not write
 * @param findings what was checked
 */
record DemoReport(
        Board.Totals totals,
        List<Board.StageTime> stages,
        List<Board.StageTime> cutoverSteps,
        WritePause pause,
        List<Finding> findings) {

    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(1);

    DemoReport {
        stages = List.copyOf(stages);
        findings = new ArrayList<>(findings);
        findings.add(new Finding(
                "write pause below " + PAUSE_LIMIT.toMillis() + " ms",
                pause.oneConnection().compareTo(PAUSE_LIMIT) < 0
                        && !pause.oneConnection().isZero(),
                Figures.millis(pause.oneConnection())));
        findings = List.copyOf(findings);
    }

    boolean allHolds() {
        return findings.stream().allMatch(Finding::holds);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("== " + (allHolds() ? "The shop has moved, and nothing was lost" : "THE MOVE HAS FAILED") + " ==");
        lines.add("");
        lines.add(entry(
                "copied",
                "%,d rows, %s, %d tables".formatted(totals.rows(), Figures.bytes(totals.bytes()), totals.tables())));
        lines.add(
                entry("applied", "%,d changes in %,d transactions".formatted(totals.changes(), totals.transactions())));
        lines.add(entry(
                "write pause",
                Figures.millis(pause.oneConnection()) + " as the worst connection saw it, "
                        + Figures.millis(pause.allConnections()) + " as all together"));
        lines.add(entry(
                "", "(longest wait of a connection at any other time: " + Figures.millis(pause.otherwise()) + ")"));
        lines.add(entry("duration", Figures.took(total())));
        for (Board.StageTime stage : stages) {
            lines.add(entry("", "%-10s %8s%s".formatted(stage.stage(), Figures.took(stage.took()), details(stage))));
        }
        lines.add("");
        for (Finding finding : findings) {
            lines.add("  [%s] %s: %s".formatted(finding.holds() ? "ok" : "NO", finding.claim(), finding.evidence()));
        }
        lines.add("");
        return lines;
    }

    private String details(Board.StageTime stage) {
        if (!stage.stage().equals(Board.nameOf(MigrationPhase.CUTOVER)) || cutoverSteps.isEmpty()) {
            return "";
        }
        return cutoverSteps.stream()
                .map(step -> step.stage() + " " + Figures.took(step.took()))
                .collect(Collectors.joining(", ", "  (", ")"));
    }

    private Duration total() {
        return stages.stream().map(Board.StageTime::took).reduce(Duration.ZERO, Duration::plus);
    }

    private static String entry(String label, String value) {
        return "  %-12s %s".formatted(label, value);
    }
}
