package dev.godwit.schema;

import java.io.Serializable;

/**
 * The name of a table within a database, exactly as the catalog has it: unquoted, case kept.
 *
 * @param schema the schema's name
 * @param name the table's name
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // Without the tag the fields of a serialisable record would need comments.
public record TableName(String schema, String name) implements Comparable<TableName>, Serializable {

    /** Orders by schema, then by name. */
    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /**
     * Gives the name as it stands in SQL, always quoted.
     *
     * @return for example {@code "public"."order items"}
     */
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    /** Gives {@code schema.name} for people; not fit for SQL. */
    @Override
    public String toString() {
        return schema + "." + name;
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
