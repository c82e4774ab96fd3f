package dev.godwit.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says what is wrong with a JSON text without quoting it. */
final class SyntaxErrors {
    /** By a piece of the parser's message; the first that occurs counts. */
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("in a comment", "a comment is not closed; end it with */");
        WORDS.put("in character escape sequence", "the file ends within a text; a closing quote is missing");
        WORDS.put(
                "separate Object entries",
                "a comma is missing before this, or the closing brace; or a quote within a text is not written \\\"");
        WORDS.put(
                "separate Array entries",
                "a comma is missing before this, or the closing bracket; or a quote within a text is not written \\\"");
        WORDS.put(
                "to start field name",
                "a name in double quotes is expected here; there may be a comma too many before");
        WORDS.put("separate field name and value", "a colon is missing between the name and its value");
        WORDS.put("close marker", "this closes what was not opened: brackets and braces do not pair");
        WORDS.put(
                "Unrecognized token",
                "a text has to stand in double quotes; only numbers, true, false and null do without");
        WORDS.put("Non-standard token", "is no value that JSON has; write a number, or null");
        WORDS.put(
                "unquoted character",
                "a line break or another control character stands within a text; a closing quote is missing");
        WORDS.put("character escape", "no such escape follows a backslash; a backslash itself is written \\\\");
        WORDS.put("escape sequence", "no such escape follows a backslash; a backslash itself is written \\\\");
        WORDS.put("eading zeroes", "a number does not begin with a zero");
        WORDS.put("numeric value", "is no number as JSON writes it");
        WORDS.put("surrogate", "half of a surrogate pair stands alone in a text");
        WORDS.put("expected a valid value", "a value is expected here; a text stands in double quotes");
    }

    private SyntaxErrors() {}

    static String explain(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (e instanceof StreamConstraintsException) {
            return message.contains("Number") ? "a number has too many digits" : "a name or text is too long";
        }
        for (Map.Entry<String, String> words : WORDS.entrySet()) {
            // What the parser says of an end is right only for comments and escapes.
            boolean atEnd = e instanceof JsonEOFException;
            if (message.contains(words.getKey()) && (!atEnd || words.getKey().startsWith("in "))) {
                return "not valid JSON: " + words.getValue();
            }
        }
        return e instanceof JsonEOFException
                ? "not valid JSON: the file ends here, before everything that was opened is closed"
                : "not valid JSON here";
    }
}
