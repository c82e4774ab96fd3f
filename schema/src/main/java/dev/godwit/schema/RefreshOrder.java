package dev.godwit.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which materialized views are refreshed: what one reads goes before it.
 *
 * <p>The catalog knows what a query reads, but nothing of what the body of a function does. What a body names counts as read, in whatever
 * role it stands there; where that makes circles, only what the catalog knows decides. A body whose statements are composed while it runs,
 * or that is neither SQL nor PL/pgSQL, may read what it does not name: the views that read through such a function come last, and where
 * there are several, in rounds, since each may read the others.
 */
final class RefreshOrder {

    /** As many views that read each other in a way that nobody knows are then as fresh as after one round in the right order. */
    private static final int MAX_ROUNDS = 3;

    private static final Pattern NAME = Pattern.compile("\"((?:[^\"]|\"\")+)\"|[\\p{L}_][\\p{L}\\p{N}_$]*");
    private static final Pattern DOLLAR = Pattern.compile("\\$");
    private static final Pattern LANGUAGE = Pattern.compile("(?m)^ LANGUAGE (\\w+|\"(?:[^\"]|\"\")+\")");

    private final ObjectGraph graph;
    private final Map<String, List<SchemaObject>> byName = new HashMap<>();
    private final Map<ObjectId, Set<String>> names = new HashMap<>();

    RefreshOrder(ObjectGraph graph) {
        this.graph = graph;
        for (SchemaObject object : graph.objects()) {
            if (isRead(object)) {
                byName.computeIfAbsent(bareName(object), name -> new ArrayList<>())
                        .add(object);
            }
        }
    }

    /**
     * A materialized view and what it reads of the others.
     *
     * @param surely what the catalog says
     * @param perhaps what is named besides
     * @param isOpaque whether it may read more
     */
    private record View(
            ObjectId id, SchemaObject refresh, Set<ObjectId> surely, Set<ObjectId> perhaps, boolean isOpaque) {

        boolean readsSurely(List<View> others) {
            return others.stream().anyMatch(other -> surely.contains(other.id));
        }

        boolean reads(List<View> others) {
            return readsSurely(others) || others.stream().anyMatch(other -> perhaps.contains(other.id));
        }
    }

    /**
     * Orders the steps that refresh.
     *
     * @param refreshes one for each view, in the order in which the views can be made
     */
    List<SchemaStep> steps(List<SchemaObject> refreshes) {
        Set<ObjectId> ids = new HashSet<>();
        refreshes.forEach(refresh -> ids.add(refresh.requires().get(0)));
        List<View> views =
                order(refreshes.stream().map(refresh -> view(refresh, ids)).toList());
        int opaque = (int) views.stream().filter(View::isOpaque).count();
        int rounds = Math.max(1, Math.min(opaque, MAX_ROUNDS));
        List<View> again = rounds == 1 ? List.of() : again(views);
        List<SchemaStep> steps = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            String suffix = round == 1 ? "" : ", round " + round;
            for (View view : round == 1 ? views : again) {
                String sql = graph.sql(view.refresh());
                steps.add(new SchemaStep(
                        view.refresh().label() + suffix,
                        SchemaStage.BEFORE_CUTOVER,
                        null,
                        round < rounds && again.contains(view) ? unlessNotPopulated(sql) : sql));
            }
        }
        return steps;
    }

    /** A view that reads one which comes later is filled when its turn comes again. */
    private static String unlessNotPopulated(String sql) {
        return "DO $refresh$ BEGIN " + sql
                + " EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL; END $refresh$;";
    }

    /** Those of which it is not known what they read, and who reads them. */
    private static List<View> again(List<View> ordered) {
        List<View> again = new ArrayList<>();
        for (View view : ordered) {
            if (view.isOpaque() || view.reads(again)) {
                again.add(view);
            }
        }
        return again;
    }

    private static List<View> order(List<View> views) {
        List<View> left = new ArrayList<>(views);
        List<View> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            View next = next(left);
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    /** The first that reads nothing of what is left; among those rather one of which that is known for sure. */
    private static View next(List<View> left) {
        List<View> free = left.stream().filter(view -> !view.reads(left)).toList();
        return free.stream()
                .filter(view -> !view.isOpaque())
                .findFirst()
                .or(() -> free.stream().findFirst())
                .or(() -> left.stream().filter(view -> !view.readsSurely(left)).findFirst())
                .orElse(left.get(0));
    }

    /** Finds which of the views a view reads, on whatever way, but for itself. */
    private View view(SchemaObject refresh, Set<ObjectId> views) {
        ObjectId id = refresh.requires().get(0);
        Set<ObjectId> surely = reached(id, false);
        Set<ObjectId> all = reached(id, true);
        boolean isOpaque = all.stream().map(graph::get).anyMatch(RefreshOrder::isOpaque);
        surely.retainAll(views);
        surely.remove(id);
        all.retainAll(views);
        all.remove(id);
        return new View(id, refresh, surely, all, isOpaque);
    }

    private Set<ObjectId> reached(ObjectId view, boolean byName) {
        Set<ObjectId> reached = new LinkedHashSet<>(Set.of(view));
        List<ObjectId> next = new ArrayList<>(reached);
        while (!next.isEmpty()) {
            SchemaObject object = graph.get(next.remove(next.size() - 1));
            Set<ObjectId> read = new LinkedHashSet<>(graph.needs(object));
            if (byName) {
                read.addAll(named(object));
            }
            for (ObjectId id : read) {
                // What the defaults and checks of a table call is not called by who reads it.
                if (graph.get(id).kind() != ObjectKind.TABLE && reached.add(id)) {
                    next.add(id);
                }
            }
        }
        return reached;
    }

    private Set<ObjectId> named(SchemaObject object) {
        Set<ObjectId> named = new LinkedHashSet<>();
        if (isRead(object)) {
            for (String name : names.computeIfAbsent(object.id(), id -> names(graph.sql(object)))) {
                byName.getOrDefault(name, List.of()).forEach(other -> named.add(other.id()));
            }
        }
        return named;
    }

    /** Whether it reads, or is read by name. */
    private static boolean isRead(SchemaObject object) {
        return switch (object.kind()) {
            case FUNCTION, VIEW, VIEW_DEFINITION, MATERIALIZED_VIEW -> true;
            default -> false;
        };
    }

    private static boolean isOpaque(SchemaObject object) {
        if (object.kind() != ObjectKind.FUNCTION) {
            return false;
        }
        String sql = object.definition().sql(Set.of());
        Matcher language = LANGUAGE.matcher(sql);
        if (!language.find()) {
            return true;
        }
        return switch (language.group(1)) {
            case "sql", "internal" -> false;
            case "plpgsql" -> names(sql).contains("execute");
            default -> true;
        };
    }

    /** The words of a text as the server would fold them, also those within its literals, and next to a dollar quote. */
    private static Set<String> names(String sql) {
        Set<String> names = new HashSet<>();
        Matcher name = NAME.matcher(sql);
        while (name.find()) {
            String quoted = name.group(1);
            if (quoted == null) {
                String folded = name.group().toLowerCase(Locale.ROOT);
                names.add(folded);
                names.addAll(List.of(DOLLAR.split(folded)));
            } else {
                names.add(quoted.replace("\"\"", "\""));
            }
        }
        return names;
    }

    /** The last name of a qualified one, without the arguments of a function. */
    private static String bareName(SchemaObject object) {
        Matcher name = NAME.matcher(object.name());
        String last = "";
        int end = -1;
        while (name.find()
                && (end < 0 || (name.start() == end + 1 && object.name().charAt(end) == '.'))) {
            String quoted = name.group(1);
            last = quoted == null ? name.group() : quoted.replace("\"\"", "\"");
            end = name.end();
        }
        return last;
    }
}
