package dev.godwit.result;

/**
 * What a verification was asked to compare.
 *
 * @param mode how rows are compared
 * @param sample the share of each table that is compared: 1 for all of it
 * @param allTables whether all migrated tables are compared
 * @param schema whether definitions are compared
 * @param sequences whether sequences are compared
 */
public record VerificationScope(
        VerificationMode mode, double sample, boolean allTables, boolean schema, boolean sequences) {

    /**
     * Tells whether every row of every migrated table is compared, value by value.
     *
     * @return false for counts, samples and a selection of tables
     */
    public boolean isWhole() {
        return mode == VerificationMode.EXACT && sample >= 1 && allTables;
    }

    /** Gives it in words. */
    @Override
    public String toString() {
        return (mode == VerificationMode.COUNTS ? "numbers of rows" : "values")
                + (allTables ? " of all tables" : " of some tables")
                + (sample < 1 ? ", a sample of " + sample : "")
                + (schema ? ", schema" : "")
                + (sequences ? ", sequences" : "");
    }
}
