package dev.godwit.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON with comments, and remembers where everything stood. Messages are our own: the parser's quote the text, which may be a
 * password.
 */
final class JsonReader {
    private static final int DEEPEST = 16;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]{1,60}");

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            // Names are not kept beyond the file, and hostile ones do not collide.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final String file;
    private final JsonParser parser;
    private final Problems problems;

    /** What is being read, for a syntax error. */
    private String path;

    /** Whether that is something between the members of an object, or a name: then the parser knows which was last. */
    private boolean betweenMembers;

    private JsonReader(String file, String root, JsonParser parser, Problems problems) {
        this.file = file;
        this.path = root;
        this.parser = parser;
        this.problems = problems;
    }

    /**
     * Reads a text.
     *
     * @param root the path of what it holds
     * @return null if it cannot be read to its end; then there is a problem that says why
     */
    static @Nullable JsonValue read(String file, String root, String text, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return new JsonReader(file, root, parser, problems).document();
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be read", e);
        }
    }

    /** Gives the path of a member. */
    static String member(String path, String name) {
        String step = PLAIN.matcher(name).matches() ? name : "[\"" + escaped(Problems.shown(name)) + "\"]";
        return path.isEmpty() || step.startsWith("[") ? path + step : path + "." + step;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private @Nullable JsonValue document() throws IOException {
        String root = path;
        try {
            if (parser.nextToken() == null) {
                problems.add(new Place(file, 1, 1), root, "the file is empty; it has to hold a JSON object or list");
                return null;
            }
            JsonValue value = value(1);
            path = root;
            betweenMembers = false;
            if (parser.nextToken() != null) {
                problems.add(tokenPlace(), root, "something follows after the end; a file holds one JSON value only");
                return null;
            }
            return value;
        } catch (TooDeep e) {
            problems.add(tokenPlace(), path, "is nested too deeply: more than " + DEEPEST + " levels");
            return null;
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
            String last = betweenMembers ? parser.currentName() : null;
            problems.add(place(location), last == null ? path : member(path, last), SyntaxErrors.explain(e));
            return null;
        }
    }

    private JsonValue value(int depth) throws IOException {
        Place place = tokenPlace();
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(place, depth);
            case START_ARRAY -> array(place, depth);
            case VALUE_STRING -> new JsonValue.Scalar(place, JsonValue.Type.TEXT, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                new JsonValue.Scalar(place, JsonValue.Type.NUMBER, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> new JsonValue.Scalar(place, JsonValue.Type.BOOLEAN, parser.getText());
            case VALUE_NULL -> new JsonValue.Scalar(place, JsonValue.Type.NULL, parser.getText());
            default -> throw new IllegalStateException("a JSON parser gave " + token + " where a value begins");
        };
    }

    private JsonValue object(Place place, int depth) throws IOException {
        requireNotTooDeep(depth);
        String outer = path;
        Map<String, JsonValue.Member> members = new LinkedHashMap<>();
        betweenMembers = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            betweenMembers = false;
            String name = parser.currentName();
            Place namePlace = tokenPlace();
            path = member(outer, name);
            String memberPath = path;
            parser.nextToken();
            JsonValue.Member member = new JsonValue.Member(namePlace, value(depth + 1));
            JsonValue.Member first = members.putIfAbsent(name, member);
            if (first != null) {
                Place at = first.place();
                problems.add(
                        namePlace,
                        memberPath,
                        "is given twice, first in line " + at.line() + ", column " + at.column() + "; leave one out");
            }
            path = outer;
            betweenMembers = true;
        }
        betweenMembers = false;
        return new JsonValue.Obj(place, members);
    }

    private JsonValue array(Place place, int depth) throws IOException {
        requireNotTooDeep(depth);
        String outer = path;
        List<JsonValue> elements = new ArrayList<>();
        path = outer + "[0]";
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(depth + 1));
            path = outer + "[" + elements.size() + "]";
            betweenMembers = false;
        }
        path = outer;
        return new JsonValue.Arr(place, elements);
    }

    private static void requireNotTooDeep(int depth) throws TooDeep {
        if (depth > DEEPEST) {
            throw new TooDeep();
        }
    }

    private Place tokenPlace() {
        return place(parser.currentTokenLocation());
    }

    private Place place(JsonLocation location) {
        return new Place(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    /** Ends the reading. */
    private static final class TooDeep extends IOException {
        private static final long serialVersionUID = 1;
    }
}
