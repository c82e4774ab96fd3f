package dev.godwit.result;

/**
 * One thing that the preflight found.
 *
 * @param severity whether it stops the migration
 * @param code names the kind of finding for programs, such as {@code wal-level}; stable between releases
 * @param object what it is about: a table, a setting, a role, a server
 * @param message what was observed against what is required
 * @param remedy what to do, as SQL or a setting wherever that is possible
 */
public record Finding(Severity severity, String code, String object, String message, String remedy) {

    /** Whether a finding stops the migration. */
    public enum Severity {
        /** The migration cannot start. */
        BLOCKER,
        /** The migration can start; a human should know. */
        WARNING
    }

    /**
     * Makes a finding that stops the migration.
     *
     * @param code the kind of finding
     * @param object what it is about
     * @param message what was observed against what is required
     * @param remedy what to do
     * @return the finding
     */
    public static Finding blocker(String code, String object, String message, String remedy) {
        return new Finding(Severity.BLOCKER, code, object, message, remedy);
    }

    /**
     * Makes a finding that does not stop the migration.
     *
     * @param code the kind of finding
     * @param object what it is about
     * @param message what was observed against what is required
     * @param remedy what to do
     * @return the finding
     */
    public static Finding warning(String code, String object, String message, String remedy) {
        return new Finding(Severity.WARNING, code, object, message, remedy);
    }

    /** Gives severity, code, message and remedy in one line. */
    @Override
    public String toString() {
        return severity + " " + code + " [" + object + "]: " + message + " -> " + remedy;
    }
}
