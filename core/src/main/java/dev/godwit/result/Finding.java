package dev.godwit.result;

import java.util.Locale;

/**
 * One thing that the preflight found.
 *
 * @param severity whether it stops the migration
 * @param code names the kind of finding for programs; Godwit's own are those of {@link FindingCode}, a
 *     {@code WriteFence} of yours may have others
 * @param object what it is about: a table, a setting, a role, a server
 * @param observed what was seen there
 * @param required what would be right in its place
 * @param remedy what to do, as SQL, a command or a setting wherever that is possible
 */
public record Finding(Severity severity, String code, String object, String observed, String required, String remedy) {

    /** Whether a finding stops the migration. */
    public enum Severity {
        /** The migration cannot start. */
        BLOCKER,
        /** The migration can start; a human should know. */
        WARNING,
        /** Good to know; nothing needs to be done. */
        INFORMATION;

        /**
         * Gives the name as it is printed.
         *
         * @return {@code blocker}, {@code warning} or {@code information}
         */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Makes a finding of one of Godwit's own kinds.
     *
     * @param code the kind, which tells the severity
     * @param object what it is about
     * @param observed what was seen
     * @param required what would be right
     * @param remedy what to do
     * @return the finding
     */
    public static Finding of(FindingCode code, String object, String observed, String required, String remedy) {
        return new Finding(code.severity(), code.code(), object, observed, required, remedy);
    }

    /**
     * Makes a finding that stops the migration, of a kind of your own.
     *
     * @param code the kind of finding
     * @param object what it is about
     * @param observed what was seen
     * @param required what would be right
     * @param remedy what to do
     * @return the finding
     */
    public static Finding blocker(String code, String object, String observed, String required, String remedy) {
        return new Finding(Severity.BLOCKER, code, object, observed, required, remedy);
    }

    /**
     * Makes a finding that does not stop the migration, of a kind of your own.
     *
     * @param code the kind of finding
     * @param object what it is about
     * @param observed what was seen
     * @param required what would be right
     * @param remedy what to do
     * @return the finding
     */
    public static Finding warning(String code, String object, String observed, String required, String remedy) {
        return new Finding(Severity.WARNING, code, object, observed, required, remedy);
    }

    /**
     * Gives what was observed against what is required.
     *
     * @return both in one line
     */
    public String message() {
        return observed + "; required: " + required;
    }

    /** Gives severity, code, object, message and remedy in one line. */
    @Override
    public String toString() {
        return severity + " " + code + " [" + object + "]: " + message() + " -> " + remedy;
    }
}
