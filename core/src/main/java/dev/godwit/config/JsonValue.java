package dev.godwit.config;

import java.util.List;
import java.util.Map;

/** What a file holds, with the place of each part. */
sealed interface JsonValue {

    Place place();

    /** Gives what it is, for messages. */
    String kind();

    /**
     * An object.
     *
     * @param place of its brace
     * @param members by name, in the order of the file
     */
    record Obj(Place place, Map<String, Member> members) implements JsonValue {
        @Override
        public String kind() {
            return "an object";
        }
    }

    /**
     * A list.
     *
     * @param place of its bracket
     * @param elements what it holds
     */
    record Arr(Place place, List<JsonValue> elements) implements JsonValue {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * Anything else.
     *
     * @param place of its first character
     * @param type what it is
     * @param text a text without quotes and escapes; others as they were written
     */
    record Scalar(Place place, Type type, String text) implements JsonValue {
        @Override
        public String kind() {
            return type.words;
        }

        /** Texts may be secrets. */
        @Override
        public String toString() {
            return "Scalar[place=" + place + ", type=" + type + "]";
        }
    }

    /**
     * A member of an object.
     *
     * @param place of its name
     * @param value its value
     */
    record Member(Place place, JsonValue value) {}

    /** What a scalar is. */
    enum Type {
        TEXT("a text"),
        NUMBER("a number"),
        BOOLEAN("true or false"),
        NULL("null");

        private final String words;

        Type(String words) {
            this.words = words;
        }
    }
}
