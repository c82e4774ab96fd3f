package dev.godwit.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is left out for one and the same reason into one sentence. */
final class LeftOut {

    private final Map<String, List<String>> objects = new LinkedHashMap<>();

    void add(String object, String reason) {
        List<String> those = objects.computeIfAbsent(reason, key -> new ArrayList<>());
        if (!those.contains(object)) {
            those.add(object);
        }
    }

    List<String> notes() {
        return objects.entrySet().stream()
                .map(entry -> shown(entry.getValue()) + ": " + entry.getKey())
                .toList();
    }

    private static String shown(List<String> those) {
        return those.get(0) + (those.size() == 1 ? "" : " and " + (those.size() - 1) + " more");
    }
}
