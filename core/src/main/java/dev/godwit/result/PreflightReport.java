package dev.godwit.result;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that the preflight found, at once.
 *
 * @param migration the migration's name
 * @param findings the findings, blockers first
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
                .sorted((a, b) -> a.severity().compareTo(b.severity()))
                .toList();
    }

    /**
     * Gives the findings that stop the migration.
     *
     * @return the blockers, empty if it may start
     */
    public List<Finding> blockers() {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .toList();
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
