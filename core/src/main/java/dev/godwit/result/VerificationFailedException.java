package dev.godwit.result;

/** A verification found that both sides are not equal; nothing was changed, and the run goes on. */
public final class VerificationFailedException extends MigrationException {
    private static final long serialVersionUID = 1;

    private final transient VerificationReport report;

    /**
     * Makes an exception whose message names what differs.
     *
     * @param report the report
     */
    public VerificationFailedException(VerificationReport report) {
        super(null, describe(report), null);
        this.report = report;
    }

    /**
     * Gives the whole report.
     *
     * @return the report
     */
    public VerificationReport report() {
        return report;
    }

    private static String describe(VerificationReport report) {
        StringBuilder text = new StringBuilder(VerificationText.summary(report));
        if (!report.differingTables().isEmpty()) {
            text.append("\nCopy the rows that differ afresh (repair), or the tables (copyAfresh), then verify again");
        }
        if (!report.schema().isEmpty()) {
            text.append("\nMake the target's objects as the source has them, then verify again");
        }
        if (!report.sequences().isEmpty()) {
            text.append(
                    "\nMake the target's sequences such that they can stand where the source's do (CREATE or ALTER SEQUENCE),"
                            + " then verify again");
        }
        return text.toString();
    }
}
