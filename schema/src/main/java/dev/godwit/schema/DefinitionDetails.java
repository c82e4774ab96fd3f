package dev.godwit.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What of an object's definition differs, and what the object is called. */
final class DefinitionDetails {

    /** The name of what has none. */
    static final String WHOLE = "definition";

    private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")++\"|[^\\s\"(]+)";
    private static final Pattern COMMENT = Pattern.compile("COMMENT ON ((?:[A-Z]+ )+)(.*)", Pattern.DOTALL);

    /** A table's columns and constraints stand in a line each. */
    private static final Pattern COLUMN = Pattern.compile("(\"(?:[^\"]|\"\")++\") .*", Pattern.DOTALL);

    private static final Pattern CONSTRAINT = Pattern.compile("CONSTRAINT " + IDENTIFIER + " .*", Pattern.DOTALL);
    private static final Pattern ALTER_COLUMN =
            Pattern.compile("ALTER .* ALTER COLUMN " + IDENTIFIER + " (?:SET|ADD) .*", Pattern.DOTALL);
    private static final Pattern ALTER = Pattern.compile(
            "ALTER (?:FOREIGN )?TABLE (?:ONLY )?(?:" + IDENTIFIER + "\\.)?" + IDENTIFIER + " (.*)", Pattern.DOTALL);

    private static final Pattern SEQUENCE = Pattern.compile(
            "CREATE (UNLOGGED )?SEQUENCE .* AS ([a-z]+) START WITH (\\S+) INCREMENT BY (\\S+) MINVALUE (\\S+)"
                    + " MAXVALUE (\\S+) CACHE (\\S+?)( CYCLE)?;",
            Pattern.DOTALL);

    private static final List<String> SEQUENCE_OPTIONS =
            List.of("unlogged", "type", "start", "increment", "minimum", "maximum", "cache", "cycle");

    private DefinitionDetails() {}

    static String classOf(String object) {
        Matcher comment = COMMENT.matcher(object);
        if (comment.matches()) {
            return comment.group(1).strip().toLowerCase(Locale.ROOT);
        }
        return kind(object);
    }

    static String identityOf(String object) {
        Matcher comment = COMMENT.matcher(object);
        if (comment.matches()) {
            return comment.group(2);
        }
        String kind = kind(object);
        return object.startsWith(kind + " ") ? object.substring(kind.length() + 1) : object;
    }

    private static String kind(String object) {
        return Stream.of(ObjectKind.values())
                .map(ObjectKind::label)
                .filter(label -> object.startsWith(label + " "))
                .reduce((one, other) -> one.length() > other.length() ? one : other)
                .orElse("binding");
    }

    static List<SchemaDifference.Attribute> compare(String object, @Nullable String left, @Nullable String right) {
        if (COMMENT.matcher(object).matches()) {
            return List.of(new SchemaDifference.Attribute("comment", text(object, left), text(object, right)));
        }
        if (left == null || right == null) {
            return List.of(new SchemaDifference.Attribute(WHOLE, left, right));
        }
        Map<String, List<String>> one = clauses(left);
        Map<String, List<String>> other = clauses(right);
        List<SchemaDifference.Attribute> attributes = new ArrayList<>();
        Set<String> names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        for (String name : names) {
            List<String> onLeft = new ArrayList<>(one.getOrDefault(name, List.of()));
            List<String> onRight = new ArrayList<>(other.getOrDefault(name, List.of()));
            leaveOutAlike(onLeft, onRight);
            if (!onLeft.isEmpty() || !onRight.isEmpty()) {
                attributes.add(new SchemaDifference.Attribute(name, joined(onLeft), joined(onRight)));
            }
        }
        // The order of columns, or what only the definition as a whole shows.
        return attributes.isEmpty() ? List.of(new SchemaDifference.Attribute(WHOLE, left, right)) : attributes;
    }

    /** The comment itself, as a literal. */
    private static @Nullable String text(String object, @Nullable String statement) {
        return statement == null
                ? null
                : statement.substring(object.length() + " IS ".length()).replaceAll(";$", "");
    }

    private static void leaveOutAlike(List<String> left, List<String> right) {
        Map<String, Long> forms =
                right.stream().collect(Collectors.groupingBy(SchemaDefinitions::acrossVersions, Collectors.counting()));
        List<String> alike = new ArrayList<>();
        for (String clause : List.copyOf(left)) {
            String form = SchemaDefinitions.acrossVersions(clause);
            if (forms.merge(form, -1L, Long::sum) >= 0) {
                left.remove(clause);
                alike.add(form);
            }
        }
        for (String form : alike) {
            for (int i = 0; i < right.size(); i++) {
                if (SchemaDefinitions.acrossVersions(right.get(i)).equals(form)) {
                    right.remove(i);
                    break;
                }
            }
        }
    }

    private static @Nullable String joined(List<String> clauses) {
        return clauses.isEmpty() ? null : String.join("\n", clauses);
    }

    private static Map<String, List<String>> clauses(String definition) {
        Matcher sequence = SEQUENCE.matcher(definition);
        Map<String, List<String>> clauses = new LinkedHashMap<>();
        if (sequence.matches()) {
            for (int i = 0; i < SEQUENCE_OPTIONS.size(); i++) {
                String value = sequence.group(i + 1);
                if (value != null) {
                    clauses.put(SEQUENCE_OPTIONS.get(i), List.of(value.strip()));
                }
            }
            return clauses;
        }
        boolean isTable = definition.matches("(?s)CREATE (UNLOGGED |FOREIGN )?TABLE .*");
        for (String line : definition.split("\n")) {
            String clause = line.strip().replaceAll(",$", "");
            if (!clause.isEmpty()) {
                clauses.computeIfAbsent(isTable ? nameOf(clause) : WHOLE, name -> new ArrayList<>())
                        .add(clause);
            }
        }
        return clauses;
    }

    private static String nameOf(String clause) {
        for (Pattern pattern : List.of(COLUMN, ALTER_COLUMN)) {
            Matcher column = pattern.matcher(clause);
            if (column.matches()) {
                return "column " + column.group(1);
            }
        }
        Matcher constraint = CONSTRAINT.matcher(clause);
        if (constraint.matches()) {
            return "constraint " + constraint.group(1);
        }
        Matcher alter = ALTER.matcher(clause);
        if (alter.matches()) {
            return alter.group(3)
                    .replaceAll("[;]$", "")
                    .replaceAll("(REPLICA IDENTITY|(?:NO )?FORCE ROW LEVEL SECURITY|CLUSTER|INHERIT|OF) .*", "$1")
                    .toLowerCase(Locale.ROOT);
        }
        return WHOLE;
    }
}
