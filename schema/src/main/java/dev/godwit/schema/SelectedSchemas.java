package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out what lies in schemas of which no table is selected, unless something that is carried needs it.
 *
 * <p>A selection is one of tables. A schema counts as selected if a table of it is, or would be whatever its name: with
 * {@code only("sales.*")} that is {@code sales} alone, with {@code all().exclude("audit.*")} every schema but {@code audit}. What belongs
 * to no schema, as extensions and event triggers, is carried with what it needs; casts and transforms only where all they need is.
 *
 * <p>Of the bodies of functions the catalog knows no dependencies: whatever bears a name that occurs in the body of one that is carried
 * is carried too.
 */
final class SelectedSchemas {

    /** A name that no pattern means. */
    private static final String ANY_TABLE = "\u2205";

    private static final int MOST_NAMES = 20;
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}_$]+");

    private final Map<ObjectId, SchemaObject> objects = new HashMap<>();
    /** Where that lies which is carried only if it is needed. */
    private final Map<ObjectId, String> schemas = new HashMap<>();

    /** What lies in any schema, and does not just belong to something else. */
    private final Set<ObjectId> placed = new HashSet<>();

    private final Map<ObjectId, Set<ObjectId>> needs = new HashMap<>();
    private final Map<ObjectId, Set<ObjectId>> hangsOn = new HashMap<>();
    private final Set<ObjectId> reached = new HashSet<>();

    /** What is left out because of tables that are not selected; nothing comes along for its sake. */
    private final Set<ObjectId> doomed = new HashSet<>();

    private SelectedSchemas() {}

    /**
     * What is left of the objects.
     *
     * @param kept those that are carried
     * @param notes what is left out, by schema
     */
    record Result(List<SchemaObject> kept, List<String> notes) {}

    static Result select(
            CatalogQuery query, Predicate<TableName> tables, List<SchemaObject> all, Dependencies dependencies)
            throws SQLException {
        Predicate<TableName> whole = FixedSelection.whole(tables);
        Set<String> selected = new HashSet<>();
        query.list(
                        "SELECT n.nspname, c.relname FROM pg_namespace n LEFT JOIN pg_class c"
                                + " ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f') WHERE "
                                + CatalogQuery.USER_SCHEMA,
                        row -> {
                            @Nullable String table = row.getString(2);
                            String schema = row.getString(1);
                            return whole.test(new TableName(schema, ANY_TABLE))
                                            || (table != null && whole.test(new TableName(schema, table)))
                                    ? schema
                                    : "";
                        })
                .forEach(selected::add);
        SelectedSchemas selection = new SelectedSchemas();
        selection.findSchemas(query, all, selected);
        if (selection.schemas.isEmpty()) {
            return new Result(all, List.of());
        }
        selection.link(all, dependencies);
        ObjectGraph graph = new ObjectGraph(all, dependencies);
        graph.leaveOutWhatMisses();
        all.stream().map(SchemaObject::id).filter(id -> !graph.contains(id)).forEach(selection.doomed::add);
        selection.reach();
        return selection.result(all);
    }

    /** Remembers of what lies in schemas that are not selected where it lies. */
    private void findSchemas(CatalogQuery query, List<SchemaObject> all, Set<String> selected) throws SQLException {
        all.forEach(object -> objects.put(object.id(), object));
        query.list("""
                SELECT d.classid, d.objid, n.nspname, n.oid FROM pg_depend d
                JOIN pg_namespace n ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid WHERE %s
                UNION ALL SELECT 'pg_namespace'::regclass, n.oid, n.nspname, n.oid FROM pg_namespace n WHERE %s
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.USER_SCHEMA), row -> {
            ObjectId id = new ObjectId(row.getLong(1), row.getLong(2));
            @Nullable SchemaObject object = objects.get(id);
            placed.add(id);
            needs.computeIfAbsent(id, key -> new HashSet<>()).add(new ObjectId(ObjectId.NAMESPACE, row.getLong(4)));
            if (object != null && !selected.contains(row.getString(3)) && isOfSchema(object)) {
                schemas.put(id, row.getString(3));
            }
            return id;
        });
    }

    private static boolean isOfSchema(SchemaObject object) {
        return switch (object.kind()) {
            case EXTENSION, TABLE, FOREIGN_TABLE, DEFAULT_PRIVILEGES -> false;
            default -> true;
        };
    }

    private void link(List<SchemaObject> all, Dependencies dependencies) {
        for (Dependencies.Edge edge : dependencies.edges()) {
            @Nullable
            SchemaObject from = dependencies.resolve(edge.from(), objects).orElse(null);
            @Nullable SchemaObject to = dependencies.resolve(edge.to(), objects).orElse(null);
            if (from != null && to != null && !from.id().equals(to.id())) {
                link(from, to.id(), edge.isAutomatic());
            }
        }
        for (SchemaObject object : all) {
            object.requires().forEach(required -> link(object, required, true));
            // A shell alone is of no use.
            if (object.kind() == ObjectKind.TYPE
                    && objects.containsKey(object.id().shell())) {
                link(object, object.id().shell(), false);
                needs.computeIfAbsent(object.id().shell(), id -> new HashSet<>())
                        .add(object.id());
                hangsOn.computeIfAbsent(object.id().shell(), id -> new HashSet<>())
                        .add(object.id());
            }
        }
    }

    private void link(SchemaObject from, ObjectId to, boolean hangs) {
        needs.computeIfAbsent(from.id(), id -> new HashSet<>()).add(to);
        boolean isLoose = hangs && !placed.contains(from.id());
        if (isLoose || from.kind() == ObjectKind.CAST || from.kind() == ObjectKind.TRANSFORM) {
            hangsOn.computeIfAbsent(from.id(), id -> new HashSet<>()).add(to);
        }
    }

    /** From what is carried anyway to what that needs; what belongs to something that comes along so follows it. */
    private void reach() {
        Map<String, List<ObjectId>> byName = new HashMap<>();
        for (ObjectId id : schemas.keySet()) {
            @Nullable SchemaObject object = objects.get(id);
            if (object != null && object.kind() != ObjectKind.SCHEMA) {
                byName.computeIfAbsent(simpleName(object), name -> new ArrayList<>())
                        .add(id);
            }
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (ObjectId id : objects.keySet()) {
                if (!schemas.containsKey(id) && !reached.contains(id) && !hangsOnWhatIsOut(id)) {
                    reachFrom(id, byName);
                    changed = true;
                }
            }
        }
    }

    private boolean hangsOnWhatIsOut(ObjectId first) {
        Set<ObjectId> seen = new HashSet<>();
        Deque<ObjectId> open = new ArrayDeque<>(hangsOn.getOrDefault(first, Set.of()));
        while (!open.isEmpty()) {
            ObjectId id = open.remove();
            if (objects.containsKey(id) && !reached.contains(id) && seen.add(id)) {
                if (schemas.containsKey(id)) {
                    return true;
                }
                open.addAll(hangsOn.getOrDefault(id, Set.of()));
            }
        }
        return false;
    }

    private void reachFrom(ObjectId first, Map<String, List<ObjectId>> byName) {
        Deque<ObjectId> open = new ArrayDeque<>(List.of(first));
        while (!open.isEmpty()) {
            ObjectId id = open.remove();
            @Nullable SchemaObject object = objects.get(id);
            if (object == null || !reached.add(id) || doomed.contains(id)) {
                continue;
            }
            open.addAll(needs.getOrDefault(id, Set.of()));
            if (object.kind() == ObjectKind.FUNCTION) {
                Arrays.stream(NO_WORD.split(object.definition().sql(Set.of())))
                        .distinct()
                        .map(word -> byName.getOrDefault(word, List.of()))
                        .flatMap(Collection::stream)
                        .forEach(open::add);
            }
        }
    }

    /** Gives the name without schema, arguments and quotes. */
    private static String simpleName(SchemaObject object) {
        String name = object.name();
        int arguments = name.indexOf('(');
        String plain = (arguments < 0 ? name : name.substring(0, arguments)).replace("\"", "");
        return plain.substring(plain.lastIndexOf('.') + 1);
    }

    private Result result(List<SchemaObject> all) {
        Map<String, List<String>> leftOut = new TreeMap<>();
        List<SchemaObject> kept = new ArrayList<>();
        for (SchemaObject object : all) {
            if (reached.contains(object.id())) {
                kept.add(object);
                continue;
            }
            @Nullable String schema = schemas.get(object.id());
            if (schema != null && object.kind() != ObjectKind.SCHEMA) {
                leftOut.computeIfAbsent(schema, key -> new ArrayList<>()).add(object.label());
            }
        }
        List<String> notes = new ArrayList<>();
        leftOut.forEach((schema, labels) -> notes.add("schema " + schema + ": no table of it is selected, so that "
                + labels.size() + " of its objects, which nothing selected needs, stay behind: "
                + String.join(", ", labels.stream().sorted().limit(MOST_NAMES).toList())
                + (labels.size() > MOST_NAMES ? ", …" : "")));
        return new Result(kept, notes);
    }
}
