package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
     * What two definitions of an object do not have alike.
     *
     * @param name what of the object, such as {@code column "name"}, {@code cache} or {@code comment}; {@code definition} for what has no
     *     name of its own
     * @param leftOrNull the left side's; null if it has nothing of it
     * @param rightOrNull the right side's; null if it has nothing of it
     */
    public record Attribute(
            String name,
            @Nullable String leftOrNull,
            @Nullable String rightOrNull) {}

    /**
     * Compares as {@link SchemaComparison} does by default.
     *
     * @param left a connection to one database, used in the calling thread until this returns; no setting of it changes
     * @param right a connection to the other one, likewise
     * @param tables which tables to compare; what needs others is not compared either
     * @return the differences by object, empty if there is none
     * @throws SQLException if a catalog cannot be read
     */
    public static List<SchemaDifference> between(Connection left, Connection right, Predicate<TableName> tables)
            throws SQLException {
        return SchemaComparison.builder().tables(tables).build().compare(left, right);
    }

    /**
     * Compares as {@link #between(Connection, Connection, Predicate)} does, but some objects by what each server writes of them, also where
     * the servers are of different major versions and nothing that counts between these differs.
     *
     * @param left a connection to one database, used in the calling thread until this returns; no setting of it changes
     * @param right a connection to the other one, likewise
     * @param tables which tables to compare; what needs others is not compared either
     * @param asWritten which objects, by {@link #object}
     * @return the differences by object, empty if there is none
     * @throws SQLException if a catalog cannot be read
     */
    public static List<SchemaDifference> between(
            Connection left, Connection right, Predicate<TableName> tables, Set<String> asWritten) throws SQLException {
        return new SchemaDefinitions(tables, true, SchemaCopyOptions.defaults()).compare(left, right, asWritten);
    }

    /**
     * Tells of which objects of a server a comparison with one of another major version cannot say whether that one has their change: they
     * have changed in nothing but what does not count between such servers, see {@link SchemaComparison}.
     *
     * @param before the {@link #definitions} as they were
     * @param now the definitions of the same server as they are
     * @return by {@link #object}
     */
    public static Set<String> notComparable(Map<String, String> before, Map<String, String> now) {
        return before.keySet().stream()
                .filter(object -> SchemaDefinitions.isChangeOfWriting(before.get(object), now.get(object)))
                .collect(Collectors.toSet());
    }

    /**
     * Reads the definitions that {@link #between(Connection, Connection, Predicate)} compares, to tell later whether one has changed on the
     * same server.
     *
     * @param connection a connection to the database, used in the calling thread until this returns
     * @param tables which tables are of interest; what needs others is not read either
     * @return by {@link #object}, sorted
     * @throws SQLException if the catalog cannot be read
     */
    public static Map<String, String> definitions(Connection connection, Predicate<TableName> tables)
            throws SQLException {
        return new SchemaDefinitions(tables, true, SchemaCopyOptions.defaults()).read(connection);
    }

    /**
     * Gives the object's class.
     *
     * @return such as {@code table}, {@code foreign key} or {@code text search parser}; for a comment, what it is on
     */
    public String objectClass() {
        return DefinitionDetails.classOf(object);
    }

    /**
     * Gives the object's name within its class.
     *
     * @return quoted as SQL needs it, with the schema and, for what belongs to one, the table
     */
    public String identity() {
        return DefinitionDetails.identityOf(object);
    }

    /**
     * Gives what exactly differs.
     *
     * @return at least one; of an object that one side does not have, its definition
     */
    public List<Attribute> attributes() {
        return DefinitionDetails.compare(object, leftOrNull, rightOrNull);
    }

    /**
     * Describes the difference in one line.
     *
     * @param left what the left side is called, such as {@code source}
     * @param right what the right side is called
     * @return such as {@code index shop.by_name: source has CREATE INDEX ..., target has none}
     */
    public String describe(String left, String right) {
        return objectClass() + " " + identity() + ": "
                + attributes().stream()
                        .map(attribute ->
                                (attribute.name().equals(DefinitionDetails.WHOLE) ? "" : attribute.name() + ": ")
                                        + left + " has " + oneLine(attribute.leftOrNull()) + ", " + right + " has "
                                        + oneLine(attribute.rightOrNull()))
                        .collect(Collectors.joining("; "));
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "none" : text.strip().replaceAll("\\s+", " ");
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

    /** Gives the object and what differs for people, an attribute a line. */
    @Override
    public String toString() {
        return objectClass() + " " + identity()
                + attributes().stream()
                        .map(attribute -> "\n  " + attribute.name() + "\n    left:  " + shown(attribute.leftOrNull())
                                + "\n    right: " + shown(attribute.rightOrNull()))
                        .collect(Collectors.joining());
    }

    private static String shown(@Nullable String text) {
        return text == null ? "(does not exist)" : text.strip().replace("\n", "\n           ");
    }
}
