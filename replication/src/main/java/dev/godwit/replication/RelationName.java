package dev.godwit.replication;

import java.sql.SQLException;
import java.util.Comparator;
import org.postgresql.core.Utils;

/**
 * The qualified name of a table, as the catalog spells it.
 *
 * @param schema the schema's name, unquoted
 * @param name the table's name, unquoted
 */
public record RelationName(String schema, String name) implements Comparable<RelationName> {

    private static final Comparator<RelationName> ORDER =
            Comparator.comparing(RelationName::schema).thenComparing(RelationName::name);

    /**
     * Refuses names that no table can have.
     *
     * @param schema the schema's name, unquoted
     * @param name the table's name, unquoted
     */
    public RelationName {
        refuseImpossible("schema", schema);
        refuseImpossible("name", name);
    }

    private static void refuseImpossible(String what, String text) {
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a relation's " + what + " is neither empty nor holds a zero byte");
        }
    }

    /**
     * Quotes one identifier for use in a statement.
     *
     * @param name the identifier as the catalog spells it
     * @return the identifier in double quotes
     * @throws IllegalArgumentException if it holds a zero byte
     */
    public static String quote(String name) {
        try {
            return Utils.escapeIdentifier(new StringBuilder(name.length() + 2), name)
                    .toString();
        } catch (SQLException e) {
            throw new IllegalArgumentException("an identifier cannot hold a zero byte", e);
        }
    }

    /**
     * Gives the name for use in a statement, both parts quoted.
     *
     * @return such as {@code "public"."Order"}
     */
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    @Override
    public int compareTo(RelationName other) {
        return ORDER.compare(this, other);
    }

    /** Gives the name for messages, such as {@code public.orders}. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
