package dev.godwit.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that a server writes of an expression, and what it writes once it has read that text again, in one form. A database that was
 * restored, by pg_dump as by a plan, has the second where the first database has the first: {@code CHECK (state IN ('a', 'b'))} on a
 * varchar is the commonest case.
 */
final class ReadAgain {

    private static final String ARRAY = "ARRAY[";

    /** What follows the elements of an array that is cast as a whole, to an array or a domain over one. */
    private static final Pattern CAST = Pattern.compile(
            "\\)::((?:\"(?:[^\"]|\"\")++\"|[\\p{L}_][\\p{L}\\p{N}_$]*)(?:[. ](?:\"(?:[^\"]|\"\")++\"|[\\p{L}_]"
                    + "[\\p{L}\\p{N}_$]*))*+(?:\\([0-9, ]+\\))?)(\\[\\])?");

    /** An element that is cast. */
    private static final Pattern CAST_ELEMENT =
            Pattern.compile("\\((.*)\\)::[^()'\\[\\]]+(?:\\([0-9, ]+\\))?", Pattern.DOTALL);

    private static final Pattern VALUES = Pattern.compile("\\( VALUES");

    /** A constant's cast gives its column in a subquery a name that goes without saying until it is read again. */
    private static final Pattern NAMED_AFTER_TYPE =
            Pattern.compile("::(\"?)([a-z][a-z0-9_]*)\\1 AS (\"?)\\2\\3(?=[,\\s)]|$)");

    private ReadAgain() {}

    static String of(String sql) {
        String text = VALUES.matcher(sql).replaceAll("(VALUES");
        text = NAMED_AFTER_TYPE.matcher(text).replaceAll("::$1$2$1");
        StringBuilder out = new StringBuilder();
        int from = 0;
        int at = text.indexOf("(" + ARRAY);
        while (at >= 0) {
            int end = closing(text, at + ARRAY.length());
            Matcher cast = CAST.matcher(text).region(Math.min(end + 1, text.length()), text.length());
            if (end < text.length() && cast.lookingAt()) {
                String array = text.substring(at + 1, end + 1);
                out.append(text, from, at)
                        .append(
                                cast.group(2) != null
                                        ? castEach(array, cast.group(1))
                                        : "(" + castNone(array) + ")::" + cast.group(1));
                from = cast.end();
                at = text.indexOf("(" + ARRAY, from);
            } else {
                at = text.indexOf("(" + ARRAY, at + 1);
            }
        }
        return out.append(text, from, text.length()).toString();
    }

    /** Casts what is in an array, or in the arrays of it, one by one. */
    private static String castEach(String array, String type) {
        List<String> elements = new ArrayList<>();
        for (String element : elements(array)) {
            boolean isArray = element.startsWith(ARRAY) && closing(element, ARRAY.length() - 1) == element.length() - 1;
            elements.add(isArray ? castEach(element, type) : "(" + element + ")::" + type);
        }
        return ARRAY + String.join(", ", elements) + "]";
    }

    /** A domain over an array casts its elements, which only shows once that was read again; to what is the domain's to say. */
    private static String castNone(String array) {
        List<String> elements = new ArrayList<>();
        for (String element : elements(array)) {
            boolean isArray = element.startsWith(ARRAY) && closing(element, ARRAY.length() - 1) == element.length() - 1;
            elements.add(isArray ? castNone(element) : bare(element));
        }
        return ARRAY + String.join(", ", elements) + "]";
    }

    private static String bare(String element) {
        Matcher cast = CAST_ELEMENT.matcher(element);
        return cast.matches() && isWhole(cast.group(1)) ? bare(cast.group(1)) : element;
    }

    /** Whether no parenthesis within closes one before. */
    private static boolean isWhole(String text) {
        int depth = 0;
        for (int i = 0; i < text.length() && depth >= 0; i = next(text, i)) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return depth == 0;
    }

    private static List<String> elements(String array) {
        List<String> elements = new ArrayList<>();
        int depth = 0;
        int start = ARRAY.length();
        int end = array.length() - 1;
        for (int i = start; i < end; i = next(array, i)) {
            char c = array.charAt(i);
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            if (depth == 0 && c == ',') {
                elements.add(array.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (start < end) {
            elements.add(array.substring(start, end).strip());
        }
        return elements;
    }

    /** Finds the bracket that closes the one at that place; the length of the text if none does. */
    private static int closing(String text, int opening) {
        int depth = 0;
        for (int i = opening; i < text.length(); i = next(text, i)) {
            char c = text.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return text.length();
    }

    /** The place behind a character, or behind the literal or the quoted name that it opens; a quote within is doubled. */
    private static int next(String text, int at) {
        char c = text.charAt(at);
        if (c != '\'' && c != '"') {
            return at + 1;
        }
        int end = text.indexOf(c, at + 1);
        return end < 0 ? text.length() : end + 1;
    }
}
