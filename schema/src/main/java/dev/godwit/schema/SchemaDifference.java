package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An object that two databases do not have alike.
 *
 * @param object the object's kind and name, such as {@code index shop.by_name}
 * @param leftOrNull its definition on the left; null if it does not exist there
 * @param rightOrNull its definition on the right; null if it does not exist there
 */
public record SchemaDifference(
        String object,
        @Nullable String leftOrNull,
        @Nullable String rightOrNull) {

    /**
     * Compares everything that {@link SchemaPreparers#fromCatalog()} carries, definition by definition, comments
     * included. Owners, privileges and the versions of extensions are not compared. Between servers of different major
     * versions, qualification of names, parentheses, white space and the names of NOT NULL constraints do not count,
     * because the versions deparse them differently.
     *
     * @param left a connection to one database, used in the calling thread until this returns; no setting of it changes
     * @param right a connection to the other one, likewise
     * @param tables which tables to compare; the other objects are all compared
     * @return the differences by object, empty if there is none
     * @throws SQLException if a catalog cannot be read
     */
    public static List<SchemaDifference> between(Connection left, Connection right, Predicate<TableName> tables)
            throws SQLException {
        return SchemaDefinitions.compare(left, right, tables);
    }

    /**
     * Reads the definitions that {@link #between} compares, to tell later whether one has changed on the same server.
     *
     * @param connection a connection to the database, used in the calling thread until this returns
     * @param tables which tables are of interest; the other objects are all read
     * @return by {@link #object}, sorted
     * @throws SQLException if the catalog cannot be read
     */
    public static Map<String, String> definitions(Connection connection, Predicate<TableName> tables)
            throws SQLException {
        return SchemaDefinitions.read(connection, tables);
    }

    /**
     * Gives the definition on the left.
     *
     * @return empty if the object does not exist there
     */
    public Optional<String> left() {
        return Optional.ofNullable(leftOrNull);
    }

    /**
     * Gives the definition on the right.
     *
     * @return empty if the object does not exist there
     */
    public Optional<String> right() {
        return Optional.ofNullable(rightOrNull);
    }

    /** Gives the object and both definitions for people. */
    @Override
    public String toString() {
        return object + "\n  left:  " + left().orElse("(does not exist)") + "\n  right: "
                + right().orElse("(does not exist)");
    }
}
