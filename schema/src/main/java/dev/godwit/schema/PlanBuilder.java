package dev.godwit.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Brings objects into an order in which each finds what it needs.
 *
 * <p>Leaves out what needs something that is not carried; defers to after the copy what needs a key, as a view that
 * groups by a primary key does; and breaks circles by making defaults, checks and the queries of views by statements of
 * their own.
 */
final class PlanBuilder {

    private final ObjectGraph graph;
    private final Map<ObjectId, List<String>> additions;
    private final Function<ObjectId, String> describe;
    private final List<String> notCarried = new ArrayList<>();
    private final Map<ObjectId, Integer> ranks = new HashMap<>();

    /**
     * Makes a builder.
     *
     * @param describe names an object that is not in the graph
     */
    PlanBuilder(ObjectGraph graph, Map<ObjectId, List<String>> additions, Function<ObjectId, String> describe) {
        this.graph = graph;
        this.additions = additions;
        this.describe = describe;
    }

    SchemaPlan build(List<String> notes) {
        notCarried.addAll(notes);
        leaveOutWhatMisses();
        deferWhatNeedsKeys();
        breakCircles();
        Map<ObjectId, List<String>> additionsByStep = additionsByStep();
        List<SchemaStep> steps = new ArrayList<>();
        for (SchemaStage stage : SchemaStage.values()) {
            if (stage == SchemaStage.BEFORE_CUTOVER) {
                steps.addAll(new RefreshOrder(graph).steps(ordered(stage)));
                continue;
            }
            for (SchemaObject object : ordered(stage)) {
                addSteps(object, additionsByStep.getOrDefault(object.id(), List.of()), steps);
            }
        }
        return new SchemaPlan(steps, notCarried, needsOfMany());
    }

    /** Tables and sequences are many and wait only for each other; of other kinds not everything that they need is in the catalog. */
    private Map<String, Set<String>> needsOfMany() {
        Map<String, Set<String>> needs = new HashMap<>();
        for (SchemaObject object : graph.objects()) {
            if (isOneOfMany(object)) {
                needs.put(
                        object.label(),
                        graph.needs(object).stream()
                                .map(graph::get)
                                .filter(PlanBuilder::isOneOfMany)
                                .map(SchemaObject::label)
                                .collect(Collectors.toSet()));
            }
        }
        return needs;
    }

    private static boolean isOneOfMany(SchemaObject object) {
        return object.stage() == SchemaStage.BEFORE_COPY
                && switch (object.kind()) {
                    case TABLE, SEQUENCE, SEQUENCE_OWNER -> true;
                    default -> false;
                };
    }

    private void addSteps(SchemaObject object, List<String> itsAdditions, List<SchemaStep> steps) {
        String sql = graph.sql(object);
        String additionalSql = String.join("\n", itsAdditions);
        // The driver cannot tell where a body in BEGIN ATOMIC .. END ends, so nothing may follow it.
        boolean apart = object.kind() == ObjectKind.FUNCTION && !itsAdditions.isEmpty();
        String all = itsAdditions.isEmpty() || apart ? sql : sql + "\n" + additionalSql;
        steps.add(new SchemaStep(object.label(), object.stage(), object.table(), all));
        if (apart) {
            steps.add(new SchemaStep("addition to " + object.label(), object.stage(), object.table(), additionalSql));
        }
    }

    private void leaveOutWhatMisses() {
        for (ObjectGraph.Missing miss : graph.leaveOutWhatMisses()) {
            // What belongs to an object that is left out goes without saying.
            if (!miss.isAutomatic()) {
                notCarried.add(graph.carrier(miss.object()).label() + ": it needs " + describe.apply(miss.what())
                        + ", which is not carried");
            }
        }
    }

    private void deferWhatNeedsKeys() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (SchemaObject object : List.copyOf(graph.objects())) {
                if (object.stage() == SchemaStage.BEFORE_COPY && object.kind() != ObjectKind.TABLE) {
                    changed |= defer(object);
                }
            }
            graph.link();
        }
    }

    private boolean defer(SchemaObject object) {
        Set<ObjectId> late = new HashSet<>(graph.needs(object));
        late.removeIf(id -> graph.get(id).stage() == SchemaStage.BEFORE_COPY);
        if (late.isEmpty()) {
            return false;
        }
        boolean split = false;
        for (SchemaObject.Part part : graph.partsWithin(object)) {
            if (graph.needs(part).stream().anyMatch(late::contains)) {
                graph.split(part, SchemaStage.AFTER_COPY);
                split = true;
            }
        }
        if (!split) {
            graph.move(object, SchemaStage.AFTER_COPY);
        }
        return true;
    }

    private void breakCircles() {
        Set<ObjectId> circle = circular();
        while (!circle.isEmpty()) {
            if (!split(circle, false) && !split(circle, true)) {
                for (ObjectId id : circle) {
                    SchemaObject object = graph.get(id);
                    notCarried.add(object.label() + ": it is part of a circle of dependencies that cannot be broken");
                    graph.remove(object);
                }
                graph.link();
                leaveOutWhatMisses();
            }
            graph.link();
            circle = circular();
        }
    }

    private boolean split(Set<ObjectId> circle, boolean essential) {
        boolean split = false;
        for (ObjectId id : circle) {
            for (SchemaObject.Part part : graph.partsWithin(graph.get(id))) {
                if (part.isEssential() == essential
                        && graph.needs(part).stream().anyMatch(circle::contains)) {
                    graph.split(part, SchemaStage.BEFORE_COPY);
                    split = true;
                }
            }
        }
        return split;
    }

    /** Objects made before the copy that lie on a circle, or between two. */
    private Set<ObjectId> circular() {
        Map<ObjectId, Set<ObjectId>> needs = new HashMap<>();
        for (SchemaObject object : graph.objects()) {
            if (object.stage() == SchemaStage.BEFORE_COPY) {
                needs.put(object.id(), new HashSet<>(graph.needs(object)));
            }
        }
        int before = -1;
        while (before != needs.size()) {
            before = needs.size();
            strip(needs);
            Map<ObjectId, Set<ObjectId>> neededBy = new HashMap<>();
            needs.keySet().forEach(id -> neededBy.put(id, new HashSet<>()));
            needs.forEach((id, needed) -> needed.forEach(
                    other -> neededBy.getOrDefault(other, new HashSet<>()).add(id)));
            strip(neededBy);
            needs.keySet().retainAll(neededBy.keySet());
        }
        return needs.keySet();
    }

    /** Removes, until nothing changes, whoever points at nobody that is left. */
    private static void strip(Map<ObjectId, Set<ObjectId>> arrows) {
        boolean changed = true;
        while (changed) {
            arrows.values().forEach(others -> others.retainAll(arrows.keySet()));
            changed = arrows.values().removeIf(Set::isEmpty);
        }
    }

    private List<SchemaObject> ordered(SchemaStage stage) {
        Map<ObjectId, Integer> waitingFor = new HashMap<>();
        Map<ObjectId, List<SchemaObject>> waiting = new HashMap<>();
        PriorityQueue<SchemaObject> ready = new PriorityQueue<>(Comparator.comparing(SchemaObject::kind)
                // Materialized views are refreshed in the order in which they were made, but for what functions read.
                .thenComparing(object -> object.requires().isEmpty()
                        ? 0
                        : ranks.getOrDefault(object.requires().get(0), 0))
                .thenComparing(SchemaObject::name));
        for (SchemaObject object : graph.objects()) {
            if (object.stage() != stage) {
                continue;
            }
            List<ObjectId> needed = graph.needs(object).stream()
                    .filter(id -> graph.get(id).stage() == stage)
                    .toList();
            needed.forEach(
                    id -> waiting.computeIfAbsent(id, key -> new ArrayList<>()).add(object));
            waitingFor.put(object.id(), needed.size());
            if (needed.isEmpty()) {
                ready.add(object);
            }
        }
        List<SchemaObject> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            SchemaObject next = ready.remove();
            ordered.add(next);
            ranks.put(next.id(), ranks.size() + 1);
            for (SchemaObject dependent : waiting.getOrDefault(next.id(), List.of())) {
                if (waitingFor.merge(dependent.id(), -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        if (ordered.size() != waitingFor.size()) {
            throw new IllegalStateException("Circle among the steps of stage " + stage);
        }
        return ordered;
    }

    private Map<ObjectId, List<String>> additionsByStep() {
        Map<ObjectId, List<String>> bySteps = new HashMap<>();
        additions.forEach((id, statements) -> graph.resolve(id).ifPresent(object -> {
            boolean itself = object.id().equals(id);
            // The members of an extension come with their comments.
            if (object.kind() == ObjectKind.EXTENSION && !itself) {
                return;
            }
            boolean isTable = object.kind() == ObjectKind.TABLE || object.kind() == ObjectKind.FOREIGN_TABLE;
            if (isTable && id.catalog() == ObjectId.CONSTRAINT && !graph.isPart(id)) {
                statements.forEach(sql -> notCarried.add(sql + " (a constraint that comes with another one)"));
                return;
            }
            bySteps.computeIfAbsent(object.id(), key -> new ArrayList<>()).addAll(statements);
        }));
        return bySteps;
    }
}
