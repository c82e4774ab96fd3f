package dev.godwit;

import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Selects tables by schema and name: {@code schema.table}, in which {@code *} stands for any characters on its side of the dot.
 * Immutable; equal to another that means the same.
 *
 * <p>Names are as the catalog has them, case kept: without quotes, too, letters are <em>not</em> folded to lower case. What holds
 * a dot, a {@code *} or a quote is quoted as in SQL, {@code "a.b".c}: within double quotes every character means itself, but for
 * {@code ""}, which stands for one quote.
 */
public final class TablePattern implements Predicate<TableName> {
    /** What stands before, between and after the wildcards: one wildcard less than texts. */
    private final List<String> schema;

    private final List<String> table;
    private final Pattern schemaRegex;
    private final Pattern tableRegex;

    private TablePattern(List<String> schema, List<String> table) {
        this.schema = List.copyOf(schema);
        this.table = List.copyOf(table);
        this.schemaRegex = regex(schema);
        this.tableRegex = regex(table);
    }

    /**
     * Reads a pattern.
     *
     * @param text such as {@code public.film}, {@code public.film_*}, {@code *.*} or {@code "a.b"."say ""hello"""}
     * @return the pattern
     * @throws IllegalArgumentException if it is not of this form; the message says why
     */
    public static TablePattern parse(String text) {
        return new Parser(text).pattern();
    }

    /**
     * Selects one table.
     *
     * @param name its name
     * @return the pattern
     */
    public static TablePattern of(TableName name) {
        return new TablePattern(List.of(name.schema()), List.of(name.name()));
    }

    /** A pattern as {@link TableFilter#only(String...)} takes it: quotes mean themselves, and only the first dot separates. */
    static TablePattern unquoted(String pattern) {
        int dot = pattern.indexOf('.');
        if (dot < 1 || dot == pattern.length() - 1) {
            throw new IllegalArgumentException(
                    "a table pattern has the form schema.table, with * for any characters; not '" + pattern + "'");
        }
        return new TablePattern(
                List.of(pattern.substring(0, dot).split("\\*", -1)),
                List.of(pattern.substring(dot + 1).split("\\*", -1)));
    }

    /**
     * Gives the table's name, if the pattern can select no more than one.
     *
     * @return the name; empty if there is a wildcard
     */
    public Optional<TableName> name() {
        return schema.size() == 1 && table.size() == 1
                ? Optional.of(new TableName(schema.get(0), table.get(0)))
                : Optional.empty();
    }

    @Override
    public boolean test(TableName name) {
        return schemaRegex.matcher(name.schema()).matches()
                && tableRegex.matcher(name.name()).matches();
    }

    /** Gives the pattern as {@link #parse} reads it. */
    @Override
    public String toString() {
        return text(schema) + "." + text(table);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablePattern pattern && pattern.schema.equals(schema) && pattern.table.equals(table);
    }

    @Override
    public int hashCode() {
        return 31 * schema.hashCode() + table.hashCode();
    }

    /** The two are matched apart: names may hold dots, and a wildcard must not reach over the separator. */
    private static Pattern regex(List<String> texts) {
        return Pattern.compile(texts.stream().map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    }

    private static String text(List<String> texts) {
        return texts.stream().map(TablePattern::quotedIfNeeded).collect(Collectors.joining("*"));
    }

    private static String quotedIfNeeded(String text) {
        boolean special = text.indexOf('.') >= 0 || text.indexOf('"') >= 0 || text.indexOf('*') >= 0;
        return special ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** Reads one text. */
    private static final class Parser {
        private final String text;
        private int position;

        Parser(String text) {
            this.text = text;
        }

        TablePattern pattern() {
            List<String> schema = half("schema");
            if (position == text.length()) {
                throw malformed("there is no dot between schema and table");
            }
            position++;
            List<String> table = half("table");
            if (position < text.length()) {
                throw malformed("there is a second dot, and a name that holds one has to be quoted");
            }
            return new TablePattern(schema, table);
        }

        /** Reads to the next dot or the end. */
        private List<String> half(String side) {
            List<String> texts = new ArrayList<>();
            StringBuilder current = new StringBuilder();
            while (position < text.length() && text.charAt(position) != '.') {
                char c = text.charAt(position++);
                if (c == '*') {
                    texts.add(current.toString());
                    current.setLength(0);
                } else if (c == '"') {
                    quoted(current, side);
                } else if (c == '\0') {
                    throw malformed("no name holds a zero byte");
                } else {
                    current.append(c);
                }
            }
            texts.add(current.toString());
            if (texts.size() == 1 && current.isEmpty()) {
                throw malformed("the " + side + "'s name is empty");
            }
            return texts;
        }

        private void quoted(StringBuilder current, String side) {
            while (position < text.length()) {
                char c = text.charAt(position++);
                if (c == '\0') {
                    throw malformed("no name holds a zero byte");
                }
                if (c == '"') {
                    if (position == text.length() || text.charAt(position) != '"') {
                        return;
                    }
                    position++;
                }
                current.append(c);
            }
            throw malformed("a quote in the " + side + "'s name is not closed");
        }

        private IllegalArgumentException malformed(String why) {
            return new IllegalArgumentException(
                    "a table pattern has the form schema.table, with * for any characters and"
                            + " quotes around what holds a dot, a * or a quote; in '" + text + "' " + why);
        }
    }
}
