package dev.godwit.schema;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Executes the user's scripts, statement by statement, so that a run that is resumed goes on where the one before has stopped.
 *
 * @param beforeCopy the scripts before the copy, in their order
 * @param afterCopy the scripts after the copy, in their order
 */
record ScriptPreparer(List<Path> beforeCopy, List<Path> afterCopy) implements SchemaPreparer {

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;

    /** Each statement is a transaction of its own, together with the mark that it is done. */
    private static final Pattern FRAME =
            Pattern.compile("(BEGIN|COMMIT|END|START\\s+TRANSACTION)(\\s+(WORK|TRANSACTION))?", FLAGS);

    private static final Pattern SETTING = Pattern.compile(
            "SET\\s+(?:(?:SESSION|LOCAL)\\s+(?!AUTHORIZATION\\b|CHARACTERISTICS\\b))?(?!CONSTRAINTS\\b)(.*)", FLAGS);

    private static final Pattern SET_CONFIG = Pattern.compile(
            "SELECT\\s+(pg_catalog\\s*\\.\\s*)?set_config\\s*\\((.*),\\s*(?:false|true|'f'|'t')\\s*\\)", FLAGS);

    private static final Pattern COPY_FROM_SCRIPT = Pattern.compile("COPY\\b.*\\bFROM\\s+STDIN\\b.*", FLAGS);

    private static final Pattern OUTSIDE_TRANSACTIONS = Pattern.compile(
            "(VACUUM|ALTER\\s+SYSTEM|(CREATE|DROP)\\s+(DATABASE|TABLESPACE)|REINDEX\\s+(DATABASE|SYSTEM))\\b.*"
                    + "|(CREATE\\s+(UNIQUE\\s+)?INDEX|DROP\\s+INDEX)\\s+CONCURRENTLY\\b.*|REINDEX\\b.*\\bCONCURRENTLY\\b.*",
            FLAGS);

    private static final Pattern OTHER_ROLE =
            Pattern.compile("SET\\s+((SESSION|LOCAL)\\s+)?(ROLE|SESSION\\s+AUTHORIZATION)\\b.*", FLAGS);

    private static final Pattern TAKEN_BACK =
            Pattern.compile("(ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE\\s+TRANSACTION)\\b.*", FLAGS);

    /** What a session has where nobody has set anything else. */
    private static final String USUAL_PATH = "SET LOCAL search_path = \"$user\", public";

    ScriptPreparer {
        beforeCopy = List.copyOf(beforeCopy);
        afterCopy = List.copyOf(afterCopy);
    }

    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) {
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Stream.of(beforeCopy, afterCopy).flatMap(List::stream).forEach(file -> {
            if (!names.add(file.getFileName().toString())) {
                problems.add("two scripts are named " + file.getFileName()
                        + ", by which their statements are remembered; rename one of them");
            }
        });
        List<SchemaStep> steps = new ArrayList<>();
        beforeCopy.forEach(file -> steps.addAll(steps(file, SchemaStage.BEFORE_COPY, problems)));
        afterCopy.forEach(file -> steps.addAll(steps(file, SchemaStage.AFTER_COPY, problems)));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("SchemaPreparers.scripts: " + String.join("; ", problems));
        }
        return new SchemaPlan(steps, List.of());
    }

    private static List<SchemaStep> steps(Path file, SchemaStage stage, List<String> problems) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            problems.add(file + " is not in UTF-8");
            return List.of();
        } catch (IOException e) {
            problems.add(file + " cannot be read: " + e);
            return List.of();
        }
        List<String> own = new ArrayList<>();
        List<SqlScript.Statement> statements = SqlScript.split(text, ScriptPreparer::isHarmless, own);
        List<SchemaStep> steps = new ArrayList<>();
        StringBuilder settings = new StringBuilder(USUAL_PATH).append(";\n");
        for (SqlScript.Statement statement : statements) {
            String sql = statement.sql();
            problem(sql).ifPresent(problem -> own.add("line " + statement.line() + ": " + problem));
            String setting = setting(sql);
            if (!setting.isEmpty()) {
                settings.append(setting).append(";\n");
            } else if (!FRAME.matcher(sql).matches()) {
                steps.add(new SchemaStep(
                        "script " + file.getFileName() + ":" + statement.line(), stage, null, settings + sql));
            }
        }
        own.forEach(problem -> problems.add(file + ", " + problem));
        return steps;
    }

    /** pg_dump writes these around what it dumps, so that psql obeys nothing in between. */
    static boolean isHarmless(String command) {
        return command.startsWith("restrict ") || command.startsWith("unrestrict ");
    }

    /** Gives a statement that sets something for those behind it, in the form that holds for one transaction; empty if it is none. */
    static String setting(String sql) {
        var set = SETTING.matcher(sql);
        if (set.matches()) {
            return "SET LOCAL " + set.group(1);
        }
        var call = SET_CONFIG.matcher(sql);
        return call.matches() ? "SELECT pg_catalog.set_config(" + call.group(2) + ", true)" : "";
    }

    private static Optional<String> problem(String sql) {
        if (COPY_FROM_SCRIPT.matcher(sql).matches()) {
            return Optional.of("rows come by the migration's own copy; take COPY … FROM stdin out");
        }
        if (OUTSIDE_TRANSACTIONS.matcher(sql).matches()) {
            return Optional.of("this cannot be done in a transaction, and each statement is done in one;"
                    + " do it by hand, or without CONCURRENTLY");
        }
        if (OTHER_ROLE.matcher(sql).matches()) {
            return Optional.of(
                    "what the migration makes belongs to the role that it logs in with; take this out, and give the"
                            + " objects away afterwards");
        }
        if (TAKEN_BACK.matcher(sql).matches()) {
            return Optional.of("each statement is a transaction of its own, so nothing can be taken back");
        }
        return Optional.empty();
    }
}
