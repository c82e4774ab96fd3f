package dev.godwit.config;

import dev.godwit.schema.NearNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object, of which only some names are known. Null is as if the member were missing; what is of the wrong type is
 * a problem, and then as if it were missing, too.
 */
final class Fields {
    private final JsonValue.Obj object;
    private final String path;
    private final Problems problems;

    private Fields(JsonValue.Obj object, String path, Problems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** Takes an object; every name that is not known is a problem. */
    static @Nullable Fields of(JsonValue value, String path, Problems problems, List<String> known) {
        Fields fields = ofAny(value, path, problems);
        if (fields != null) {
            fields.object.members().forEach((name, member) -> {
                if (!known.contains(name)) {
                    problems.add(member.place(), JsonReader.member(path, name), unknown("key", name, known));
                }
            });
        }
        return fields;
    }

    /** Takes an object whose names are the user's. */
    static @Nullable Fields ofAny(JsonValue value, String path, Problems problems) {
        if (value instanceof JsonValue.Obj object) {
            return new Fields(object, path, problems);
        }
        problems.add(value.place(), path, "must be an object, not " + value.kind());
        return null;
    }

    /** Says what was not found, and what may have been meant. */
    static String unknown(String what, String name, List<String> known) {
        List<String> near = NearNames.of(name, known);
        return near.isEmpty()
                ? "unknown " + what + "; known are " + String.join(", ", known)
                : "unknown " + what + "; did you mean '" + String.join("' or '", near) + "'?";
    }

    /** Gives the names as they were written. */
    List<String> names() {
        return List.copyOf(object.members().keySet());
    }

    /** Gives a member, null if it is missing or null. */
    @Nullable
    JsonValue value(String name) {
        JsonValue.Member member = object.members().get(name);
        if (member == null
                || (member.value() instanceof JsonValue.Scalar scalar && scalar.type() == JsonValue.Type.NULL)) {
            return null;
        }
        return member.value();
    }

    /** Gives a member of a form that reads one value. */
    <V> @Nullable V read(String name, Form<V> form) {
        JsonValue value = value(name);
        if (value == null) {
            return null;
        }
        try {
            return form.read(value);
        } catch (IllegalArgumentException e) {
            problem(name, Problems.oneLine(e));
            return null;
        }
    }

    /** Gives a list's elements; none if it is missing. */
    List<JsonValue> list(String name) {
        JsonValue value = value(name);
        if (value instanceof JsonValue.Arr array) {
            return array.elements();
        }
        if (value != null) {
            problem(name, "must be a list, not " + value.kind());
        }
        return List.of();
    }

    /** Gives the members of an object; none, without a problem, if it is missing. */
    Map<String, JsonValue.Member> object(String name) {
        JsonValue value = value(name);
        if (value instanceof JsonValue.Obj inner) {
            return inner.members();
        }
        if (value != null) {
            problem(name, "must be an object, not " + value.kind());
        }
        return Map.of();
    }

    /** Tells of a member that there must not be. */
    void unknown(String name, String message) {
        JsonValue.Member member = object.members().get(name);
        problems.add(member == null ? object.place() : member.place(), path(name), message);
    }

    /** Tells of something that is wrong with a member, or with its being missing. */
    void problem(String name, String message) {
        problems.add(place(name), path(name), message);
    }

    /** Gives where a member's value stands; where it is missing, where its object does. */
    Place place(String name) {
        JsonValue.Member member = object.members().get(name);
        return member == null ? object.place() : member.value().place();
    }

    String path(String name) {
        return JsonReader.member(path, name);
    }
}
