package dev.godwit.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What pg_dump writes under one header: an object, a comment, a grant.
 *
 * @param type as pg_dump calls it, such as {@code FK CONSTRAINT}
 * @param schema the schema's bare name; empty for what is in none
 * @param name the name as pg_dump has it there: bare, with the table's before it for what belongs to one
 * @param line the line in which it begins, from 1
 * @param settings what is set when it begins, by parameter
 * @param statements its statements
 */
record DumpedEntry(
        String type, String schema, String name, int line, Map<String, String> settings, List<String> statements) {

    private static final Pattern HEADER =
            Pattern.compile("(?s).*-- (?:Data for )?Name: (.*); Type: ([A-Z ]+); Schema: (.*); Owner: [^\n]*\n--");

    private static final Pattern SET = Pattern.compile("SET (?:SESSION )?([a-z_]+) = .*", Pattern.DOTALL);

    private static final Pattern SEARCH_PATH =
            Pattern.compile("SELECT pg_catalog\\.set_config\\('search_path', '', false\\)");

    /**
     * Takes apart what pg_dump has written.
     *
     * @param leftOut gets lines that say nothing of an object, and that only psql understands
     * @throws IllegalStateException if it is not what pg_dump writes
     */
    static List<DumpedEntry> read(String text, List<String> leftOut) {
        List<String> problems = new ArrayList<>();
        List<SqlScript.Statement> statements = SqlScript.split(
                text,
                command -> {
                    leftOut.add("\\" + command.split("\\s", 2)[0]);
                    return ScriptPreparer.isHarmless(command);
                },
                problems);
        List<DumpedEntry> entries = new ArrayList<>();
        Map<String, String> settings = new HashMap<>();
        for (SqlScript.Statement statement : statements) {
            Matcher header = HEADER.matcher(statement.comment());
            Matcher set = SET.matcher(statement.sql());
            if (set.matches()) {
                settings.put(set.group(1), statement.sql());
            } else if (header.matches()) {
                String schema = header.group(3).equals("-") ? "" : header.group(3);
                entries.add(new DumpedEntry(
                        header.group(2),
                        schema,
                        header.group(1),
                        statement.line(),
                        Map.copyOf(settings),
                        new ArrayList<>(List.of(statement.sql()))));
            } else if (!entries.isEmpty()) {
                entries.get(entries.size() - 1).statements().add(statement.sql());
            } else if (!SEARCH_PATH.matcher(statement.sql()).matches()) {
                problems.add("line " + statement.line() + ": a statement without a header");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException("SchemaPreparers.pgDump: what pg_dump has written is not understood: "
                    + String.join("; ", problems));
        }
        return entries;
    }

    /** What names it for people, and as a step where it has no other name. */
    String label() {
        return "pg_dump " + type + " " + (schema.isEmpty() ? "" : schema + ".") + name;
    }

    /** Whether the driver cannot tell where a statement of it ends. */
    boolean isRoutine() {
        return type.equals("FUNCTION") || type.equals("PROCEDURE");
    }
}
