package dev.godwit.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what the catalog's preparer calls an object that pg_dump has written. What it cannot tell apart it does not know. */
final class DumpedNames {

    private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")++\"|[^\\s\".()]+)";
    private static final Pattern NAME = Pattern.compile("(?:" + IDENTIFIER + "\\.)?" + IDENTIFIER);
    private static final Pattern ON =
            Pattern.compile(IDENTIFIER + " on (?:domain )?(?:" + IDENTIFIER + "\\.)" + IDENTIFIER, Pattern.DOTALL);
    private static final Pattern ROUTINE =
            Pattern.compile(IDENTIFIER + "\\." + IDENTIFIER + "\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern USING = Pattern.compile("(.*) USING " + IDENTIFIER, Pattern.DOTALL);

    /** By pg_dump's name of a class, the beginning of the catalog's names of its objects. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("TABLE", "table"),
            Map.entry("FOREIGN TABLE", "foreign table"),
            Map.entry("VIEW", "view"),
            Map.entry("MATERIALIZED VIEW", "materialized view"),
            Map.entry("SEQUENCE", "sequence"),
            Map.entry("SEQUENCE OWNED BY", "sequence owner"),
            Map.entry("INDEX", "index"),
            Map.entry("INDEX ATTACH", "index attach"),
            Map.entry("STATISTICS", "statistics"),
            Map.entry("TYPE", "type"),
            Map.entry("DOMAIN", "type"),
            Map.entry("SHELL TYPE", "type shell"),
            Map.entry("COLLATION", "collation"),
            Map.entry("CONVERSION", "conversion"),
            Map.entry("TEXT SEARCH PARSER", "text search parser"),
            Map.entry("TEXT SEARCH TEMPLATE", "text search template"),
            Map.entry("TEXT SEARCH DICTIONARY", "text search dictionary"),
            Map.entry("TEXT SEARCH CONFIGURATION", "text search configuration"),
            Map.entry("SCHEMA", "schema"),
            Map.entry("EXTENSION", "extension"),
            Map.entry("PROCEDURAL LANGUAGE", "language"),
            Map.entry("SERVER", "server"),
            Map.entry("FOREIGN DATA WRAPPER", "foreign data wrapper"),
            Map.entry("ACCESS METHOD", "access method"),
            Map.entry("EVENT TRIGGER", "event trigger"),
            Map.entry("OPERATOR CLASS", "operator class"),
            Map.entry("OPERATOR FAMILY", "operator family"),
            Map.entry("CONSTRAINT", "key"),
            Map.entry("FK CONSTRAINT", "foreign key"),
            Map.entry("CHECK CONSTRAINT", "check"),
            Map.entry("TRIGGER", "trigger"),
            Map.entry("RULE", "rule"),
            Map.entry("POLICY", "policy"),
            Map.entry("ROW SECURITY", "row security"),
            Map.entry("FUNCTION", "function"),
            Map.entry("PROCEDURE", "function"),
            Map.entry("AGGREGATE", "aggregate"),
            Map.entry("CAST", "cast"));

    private static final Set<String> OF_TABLES = Set.of("key", "foreign key", "check", "trigger", "rule", "policy");
    private static final Set<String> ROUTINES = Set.of("function", "aggregate");
    private static final Set<String> OPERATORS = Set.of("operator class", "operator family");

    private final Map<String, String> labels = new HashMap<>();

    /**
     * Learns names.
     *
     * @param known labels of objects, as {@link SchemaObject#label()} gives them
     */
    DumpedNames(Set<String> known) {
        Set<String> ambiguous = new HashSet<>();
        for (String label : known) {
            for (String kind : Set.copyOf(KINDS.values())) {
                if (label.startsWith(kind + " ")) {
                    String key = keyOf(kind, label.substring(kind.length() + 1));
                    if (key != null && labels.put(key, label) != null) {
                        ambiguous.add(key);
                    }
                }
            }
        }
        labels.keySet().removeAll(ambiguous);
    }

    /** The label of what the entry makes. */
    Optional<String> find(DumpedEntry entry) {
        @Nullable String kind = KINDS.get(entry.type());
        if (kind == null) {
            return Optional.empty();
        }
        if (entry.type().equals("RULE") && entry.name().endsWith(" _RETURN")) {
            String view = entry.name().substring(0, entry.name().length() - " _RETURN".length());
            return Optional.ofNullable(labels.get(key("view", entry.schema(), view)));
        }
        boolean isPlain = ROUTINES.contains(kind) || kind.equals("cast");
        String name = isPlain ? plain(entry.name().replaceFirst("^CAST ", "")) : entry.name();
        return Optional.ofNullable(labels.get(key(kind, entry.schema(), name)));
    }

    /** The label of a relation. */
    Optional<String> relation(String schema, String name) {
        return Set.of("table", "foreign table", "view", "materialized view", "sequence").stream()
                .map(kind -> labels.get(key(kind, schema, name)))
                .filter(label -> label != null)
                .findFirst();
    }

    private static @Nullable String keyOf(String kind, String name) {
        if (kind.equals("cast")) {
            return key(kind, "", plain(name));
        }
        if (ROUTINES.contains(kind)) {
            Matcher routine = ROUTINE.matcher(name);
            return routine.matches()
                    ? key(kind, bare(routine.group(1)), plain(bare(routine.group(2)) + "(" + routine.group(3) + ")"))
                    : null;
        }
        if (OF_TABLES.contains(kind)) {
            Matcher on = ON.matcher(name);
            return on.matches() ? key(kind, bare(on.group(2)), bare(on.group(3)) + " " + bare(on.group(1))) : null;
        }
        Matcher using = USING.matcher(name);
        Matcher simple = NAME.matcher(OPERATORS.contains(kind) && using.matches() ? using.group(1) : name);
        return simple.matches()
                ? key(kind, simple.group(1) == null ? "" : bare(simple.group(1)), bare(simple.group(2)))
                : null;
    }

    private static String key(String kind, String schema, String name) {
        // pg_dump has no line breaks in its headers.
        return (kind + "\0" + schema + "\0" + name).replaceAll("[\r\n]", " ");
    }

    /** Signatures without what the two write differently. */
    private static String plain(String signature) {
        return signature.replace("pg_catalog.", "").replaceAll("[\\s\"*]", "").toLowerCase(Locale.ROOT);
    }

    private static String bare(String identifier) {
        return identifier.startsWith("\"")
                ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
                : identifier;
    }
}
