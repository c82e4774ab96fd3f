package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes what the user has made on the target for what it is, tells of every difference, and makes what is missing of keys, indexes and all
 * that follows the copy.
 *
 * @param whole what would make all of it
 */
record PreparedTarget(SchemaPreparer whole) implements SchemaPreparer {

    @Override
    public SchemaCopyOptions carried() {
        return whole.carried();
    }

    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) throws SQLException {
        SchemaPlan all = whole.plan(source, target, tables);
        Map<String, SchemaDifference> differences = new HashMap<>();
        for (SchemaDifference difference : SchemaDifference.between(source, target, tables)) {
            differences.put(difference.object(), difference);
        }
        List<SchemaStep> steps = new ArrayList<>();
        List<String> notes = new ArrayList<>(all.notCarried());
        for (SchemaStep step : all.steps()) {
            if (step.stage() == SchemaStage.BEFORE_CUTOVER) {
                // Done anew by every migration, whoever has made the object.
                steps.add(step);
                differences.remove(step.id());
            } else if (isMade(step) && isOpen(step, differences)) {
                steps.add(step);
                differences.values().removeIf(difference -> settles(step, difference));
            }
        }
        differences.values().stream()
                .sorted((one, other) -> one.object().compareTo(other.object()))
                .forEach(difference -> notes.add(describe(difference)));
        Map<String, Set<String>> needs = new HashMap<>(all.needs());
        needs.keySet().retainAll(steps.stream().map(SchemaStep::id).toList());
        return new SchemaPlan(steps, notes, needs);
    }

    /** What waits for rows, and what partitioned tables, which have none, need before keys and indexes of partitions are attached. */
    private static boolean isMade(SchemaStep step) {
        return step.stage() != SchemaStage.BEFORE_COPY
                || Stream.of(ObjectKind.KEY, ObjectKind.INDEX, ObjectKind.INDEX_ATTACH)
                        .anyMatch(kind -> step.id().startsWith(kind.label() + " "));
    }

    /** What is made late is missing, or is a view that is still without its query. */
    private static boolean isOpen(SchemaStep step, Map<String, SchemaDifference> differences) {
        SchemaDifference itself = differences.get(step.id());
        return itself == null
                ? differences.containsKey(whole(step))
                : itself.right().isEmpty();
    }

    /** Gives the object that a step completes; empty for one that makes an object of its own. */
    private static String whole(SchemaStep step) {
        String definition = ObjectKind.VIEW_DEFINITION.label();
        return step.id().startsWith(definition + " ")
                ? ObjectKind.VIEW.label() + step.id().substring(definition.length())
                : "";
    }

    /** A step makes its object, or completes another one, and comments on it. */
    private static boolean settles(SchemaStep step, SchemaDifference difference) {
        String object = difference.object();
        return object.equals(step.id())
                || object.equals(whole(step))
                || (object.startsWith("COMMENT ON ") && step.sql().contains(object + " IS "));
    }

    private static String describe(SchemaDifference difference) {
        if (difference.right().isEmpty()) {
            return difference.objectClass() + " " + difference.identity()
                    + ": the target, which was prepared by hand, does not have it";
        }
        if (difference.left().isEmpty()) {
            return difference.objectClass() + " " + difference.identity() + ": only the target has it";
        }
        return difference.describe("the source", "the target");
    }
}
