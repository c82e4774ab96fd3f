package dev.godwit.internal.schema;

/**
 * How a column that names rows is compared with a value of its type. The operator is named with its schema: by its name alone, with an
 * empty search path, the server finds text's for a citext, and none for an ltree.
 *
 * @param operator the one by which an index on the column tells keys apart, as it stands in SQL
 */
public record KeyEquality(String operator) {
    private static final String BUILT_IN = "OPERATOR(pg_catalog.=)";

    /** Tells whether it is the one that the server finds by itself. */
    public boolean isBuiltIn() {
        return operator.equals(BUILT_IN);
    }

    /** Gives the condition that the column holds this very value; what an extension takes for equal (A and a) may be named apart. */
    public String condition(String column, String value) {
        String equal = column + " " + operator + " " + value;
        return isBuiltIn() ? equal : equal + " AND " + column + "::text = (" + value + ")::text";
    }
}
