package dev.godwit.result;

import dev.godwit.event.MigrationPhase;
import java.util.stream.Collectors;

/** The preflight found something that stops the migration; nothing was changed on either server. */
public final class PreflightFailedException extends MigrationException {
    private static final long serialVersionUID = 1;

    private final transient PreflightReport report;

    /**
     * Makes an exception whose message lists the report's blockers.
     *
     * @param report the report
     */
    public PreflightFailedException(PreflightReport report) {
        super(MigrationPhase.PREFLIGHT, describe(report), null);
        this.report = report;
    }

    /**
     * Gives the whole report.
     *
     * @return the report
     */
    public PreflightReport report() {
        return report;
    }

    private static String describe(PreflightReport report) {
        return report.blockers().stream()
                .map(finding -> finding.code() + " " + finding.message() + " -> " + finding.remedy())
                .collect(Collectors.joining(
                        "\n  ",
                        "migration '" + report.migration() + "' cannot start, "
                                + report.blockers().size() + " finding(s):\n  ",
                        ""));
    }
}
