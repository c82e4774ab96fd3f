package dev.godwit.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects and what each needs. Parts are within their object until they are split off. */
final class ObjectGraph {

    /** Needs something that is not in the graph. */
    record Missing(SchemaObject object, ObjectId what, boolean isAutomatic) {}

    private final Dependencies dependencies;
    private final Map<ObjectId, SchemaObject> objects = new LinkedHashMap<>();
    private final Map<ObjectId, SchemaObject> wholes = new HashMap<>();
    private final Map<ObjectId, SchemaObject.Part> parts = new HashMap<>();
    private final Set<ObjectId> separate = new HashSet<>();
    private final Map<ObjectId, Set<ObjectId>> needs = new HashMap<>();
    private final Map<ObjectId, Set<ObjectId>> partNeeds = new HashMap<>();
    private final List<Missing> missing = new ArrayList<>();

    ObjectGraph(List<SchemaObject> all, Dependencies dependencies) {
        this.dependencies = dependencies;
        for (SchemaObject object : all) {
            objects.put(object.id(), object);
            for (SchemaObject.Part part : object.parts()) {
                parts.put(part.object().id(), part);
                wholes.put(part.object().id(), object);
            }
        }
        link();
    }

    Collection<SchemaObject> objects() {
        return objects.values();
    }

    Optional<SchemaObject> resolve(ObjectId id) {
        return dependencies.resolve(id, objects);
    }

    /** Removes what needs something that is not in the graph, then what needs that, and so on; gives what was removed and why. */
    List<Missing> leaveOutWhatMisses() {
        List<Missing> leftOut = new ArrayList<>();
        while (!missing.isEmpty()) {
            List<Missing> round = new ArrayList<>(missing);
            // Whose table is left out goes with it, whatever else it would need.
            round.sort(Comparator.comparing(miss -> !miss.isAutomatic()));
            for (Missing miss : round) {
                SchemaObject.Part part = partWithin(miss.object().id());
                if (part != null) {
                    split(part, SchemaStage.BEFORE_COPY);
                }
                if (contains(miss.object().id())) {
                    remove(miss.object());
                    leftOut.add(miss);
                }
            }
            link();
        }
        return leftOut;
    }

    Set<ObjectId> needs(SchemaObject object) {
        return needs.getOrDefault(object.id(), Set.of());
    }

    /** What a part that is still within its object needs. */
    Set<ObjectId> needs(SchemaObject.Part part) {
        return partNeeds.getOrDefault(part.object().id(), Set.of());
    }

    List<SchemaObject.Part> partsWithin(SchemaObject object) {
        return object.parts().stream()
                .filter(part -> !separate.contains(part.object().id()))
                .toList();
    }

    boolean isPart(ObjectId id) {
        return parts.containsKey(id);
    }

    String sql(SchemaObject object) {
        return object.definition().sql(separate);
    }

    /** Makes the part a step of its own, in that stage. Takes effect with the next {@link #link()}. */
    void split(SchemaObject.Part part, SchemaStage stage) {
        separate.add(part.object().id());
        objects.put(part.object().id(), part.object().at(stage));
    }

    void move(SchemaObject object, SchemaStage stage) {
        objects.put(object.id(), object.at(stage));
    }

    /** Removes an object; with an essential part, what it is a part of. */
    void remove(SchemaObject object) {
        objects.remove(object.id());
        objects.remove(carrier(object).id());
    }

    /** What stands and falls with the object: what it is an essential part of, or else itself. */
    SchemaObject carrier(SchemaObject object) {
        SchemaObject.Part part = parts.get(object.id());
        return part != null && part.isEssential() ? wholes.getOrDefault(object.id(), object) : object;
    }

    /** Computes anew who needs what. */
    void link() {
        needs.clear();
        partNeeds.clear();
        missing.clear();
        Set<Dependencies.Edge> madeWithShells = madeWithShells();
        for (Dependencies.Edge edge : dependencies.edges()) {
            if (separate.contains(edge.from()) && !contains(edge.from())) {
                // Its object goes without that part, and needs nothing for its sake.
                continue;
            }
            SchemaObject from = dependencies.resolve(edge.from(), objects).orElse(null);
            // A sequence is made before the table that owns it; OWNED BY follows the table.
            if (from == null || (from.kind() == ObjectKind.SEQUENCE && edge.isAutomatic())) {
                continue;
            }
            if (madeWithShells.contains(edge)) {
                link(from, edge.from(), edge.to().shell(), true);
                continue;
            }
            link(from, edge.from(), edge.to(), edge.isAutomatic());
        }
        for (SchemaObject object : objects.values()) {
            if (object.kind() == ObjectKind.TYPE
                    && objects.containsKey(object.id().shell())) {
                link(object, object.id(), object.id().shell(), true);
            }
            for (ObjectId required : object.requires()) {
                link(object, object.id(), required, true);
            }
        }
    }

    /** What functions need of a type that needs them: its shell is enough. */
    private Set<Dependencies.Edge> madeWithShells() {
        Map<ObjectId, Set<ObjectId>> functions = new HashMap<>();
        for (Dependencies.Edge edge : dependencies.edges()) {
            if (edge.to().catalog() == ObjectId.PROC
                    && objects.containsKey(edge.from().shell())) {
                functions.computeIfAbsent(edge.from(), id -> new HashSet<>()).add(edge.to());
            }
        }
        Set<Dependencies.Edge> edges = new HashSet<>();
        for (Dependencies.Edge edge : dependencies.edges()) {
            if (functions.getOrDefault(edge.to(), Set.of()).contains(edge.from())) {
                edges.add(edge);
            }
        }
        return edges;
    }

    private void link(SchemaObject from, ObjectId exactly, ObjectId to, boolean isAutomatic) {
        @Nullable SchemaObject target = dependencies.resolve(to, objects).orElse(null);
        if (target == null) {
            SchemaObject.Part part = parts.get(exactly);
            missing.add(new Missing(part == null ? from : part.object(), to, isAutomatic));
        } else if (!target.id().equals(from.id())) {
            needs.computeIfAbsent(from.id(), id -> new LinkedHashSet<>()).add(target.id());
            if (parts.containsKey(exactly) && !separate.contains(exactly)) {
                partNeeds.computeIfAbsent(exactly, id -> new LinkedHashSet<>()).add(target.id());
            }
        }
    }

    boolean contains(ObjectId id) {
        return objects.containsKey(id);
    }

    SchemaObject get(ObjectId id) {
        SchemaObject object = objects.get(id);
        if (object == null) {
            throw new IllegalStateException("No object " + id + " in the graph");
        }
        return object;
    }

    /** The part of that address, where it is still within its object. */
    SchemaObject.@Nullable Part partWithin(ObjectId id) {
        return separate.contains(id) ? null : parts.get(id);
    }
}
