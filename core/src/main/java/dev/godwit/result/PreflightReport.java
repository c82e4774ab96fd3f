package dev.godwit.result;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that the preflight found, at once.
 *
 * @param migration the migration's name
 * @param findings the findings, blockers first, informations last
 */
public record PreflightReport(String migration, List<Finding> findings) {

    /**
     * Sorts the blockers to the front.
     *
     * @param migration the migration's name
     * @param findings the findings in any order
     */
    public PreflightReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    /**
     * Gives the findings that stop the migration.
     *
     * @return the blockers, empty if it may start
     */
    public List<Finding> blockers() {
        return findings(Finding.Severity.BLOCKER);
    }

    /**
     * Does nothing unless a finding stops the migration.
     *
     * @throws PreflightFailedException if there is a blocker; its message lists all of them with their remedies
     */
    public void throwIfBlocked() {
        if (!blockers().isEmpty()) {
            throw new PreflightFailedException(this);
        }
    }

    /**
     * Prints the report for people: aligned columns of severity, code, object, observed, required and remedy, long texts
     * wrapped, a line of counts above.
     *
     * @return lines of at most 160 characters where no word is longer; without control characters but line ends
     */
    public String toTable() {
        return ReportTable.print(this);
    }

    /**
     * Prints the report for programs: an object with {@code migration}, {@code blocked} and an array {@code findings} of
     * objects with {@code severity} ({@code blocker}, {@code warning}, {@code information}), {@code code}, {@code kind} (the
     * code in words; absent for a code that is none of {@link FindingCode}), {@code object}, {@code observed},
     * {@code required} and {@code remedy}.
     *
     * @return JSON on several lines
     */
    public String toJson() {
        return ReportJson.print(this);
    }

    /**
     * Gives the findings of a severity.
     *
     * @param severity which
     * @return the findings, empty if there are none
     */
    public List<Finding> findings(Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    /** Gives one line per finding. */
    @Override
    public String toString() {
        if (findings.isEmpty()) {
            return "preflight of '" + migration + "': nothing found";
        }
        return findings.stream()
                .map(Finding::toString)
                .collect(Collectors.joining("\n  ", "preflight of '" + migration + "':\n  ", ""));
    }
}
