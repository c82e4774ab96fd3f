package dev.godwit.schema;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is done with the objects of a database of the zoo: the steps of {@code exercise.sql}, which says what must come of each, and a
 * statement or more for every object, which the queries of {@code exercises.sql} find.
 *
 * @param sql one statement or more
 * @param refusal the SQLSTATE with which it must fail; empty if it must succeed, {@link #ANY} if neither is asked
 */
record Exercise(String sql, String refusal) {

    private static final String ANY = "any";
    private static final Pattern SECTION = Pattern.compile("(?m)^--@ in (\\w+) since (\\d+)\\n");
    private static final Pattern REFUSAL = Pattern.compile("(?m)\\A-- refused (\\w{5}).*\\n");
    private static final Pattern BLANK_LINES = Pattern.compile("\\n\\s*\\n");

    private static final Pattern OWN = Pattern.compile("@own\\((\\w+), ([\\w.]+)\\)");
    private static final String NOT_A_MEMBER =
            "NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '$1'::regclass AND x.objid = $2 AND x.deptype = 'e')";
    private static final Pattern VALUE_OF = Pattern.compile("@value\\((\\w)\\)");

    /** A value of a type, so that most functions find something to do. */
    private static final String VALUE = """
            CASE WHEN @.typname ~ 'array$' AND @.typtype = 'p' THEN 'ARRAY[3]'
                 WHEN @.typname ~ 'range$' AND @.typtype = 'p' THEN 'int4range(1, 3)'
                 WHEN @.typtype = 'p' THEN '3' WHEN @.typcategory = 'N' AND @.typtype = 'b' THEN format('''3''::%s', @.oid::regtype)
                 WHEN @.typcategory = 'S' THEN format('''x''::%s', @.oid::regtype) ELSE 'NULL::' || @.oid::regtype END""";

    /** What came of a step. */
    record Outcome(Exercise exercise, List<String> results) {

        /** Whether it is what the step says. */
        boolean isAsSaid() {
            String last = results.isEmpty() ? "" : results.get(results.size() - 1);
            String refusal =
                    last.startsWith("refused ") ? last.substring("refused ".length(), "refused ".length() + 5) : "";
            return exercise.refusal().equals(ANY) || exercise.refusal().equals(refusal);
        }

        /** The rows and refusals, but not the words of those. */
        List<String> comparable() {
            return results.stream()
                    .map(result ->
                            result.startsWith("refused ") ? result.substring(0, "refused ".length() + 5) : result)
                    .toList();
        }
    }

    /** Does the same in two databases, and tells what did not come out as said in the first, or as in the first in the second. */
    static List<String> compare(PostgresServer one, String database, PostgresServer other, String otherDatabase)
            throws SQLException {
        List<Exercise> exercises = new ArrayList<>(listed(database, Integer.parseInt(one.major())));
        int listed = exercises.size();
        exercises.addAll(ofEveryObject(one, database));
        List<Outcome> onOne = perform(one, database, exercises);
        List<Outcome> onOther = perform(other, otherDatabase, exercises);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < exercises.size(); i++) {
            Outcome expected = onOne.get(i);
            if (!expected.isAsSaid()) {
                problems.add("%s, not as said: %s%n  %s".formatted(database, expected.exercise.sql, expected.results));
            }
            if (!expected.comparable().equals(onOther.get(i).comparable())) {
                problems.add("%s: %s%n  %s%n  %s"
                        .formatted(database, expected.exercise.sql, expected.results, onOther.get(i).results));
            }
        }
        System.out.printf(
                "%s of %s: %d exercises of the list, %d of every object%n",
                database, one.major(), listed, exercises.size() - listed);
        return problems;
    }

    /** Reads the steps for a database of a server of that version. */
    static List<Exercise> listed(String database, int major) {
        List<Exercise> exercises = new ArrayList<>();
        String text = ZooSchema.text("exercise.sql");
        Matcher section = SECTION.matcher(text);
        boolean found = section.find();
        while (found) {
            boolean isMeant = section.group(1).equals(database) && Integer.parseInt(section.group(2)) <= major;
            int from = section.end();
            found = section.find();
            if (isMeant) {
                for (String step : BLANK_LINES.split(text.substring(from, found ? section.start() : text.length()))) {
                    Matcher refusal = REFUSAL.matcher(step);
                    exercises.add(new Exercise(step.strip(), refusal.find() ? refusal.group(1) : ""));
                }
            }
        }
        return exercises;
    }

    /** Finds something to do with every object that a database has. */
    static List<Exercise> ofEveryObject(PostgresServer server, String database) throws SQLException {
        List<Exercise> exercises = new ArrayList<>();
        try (Connection connection = connect(server, database);
                Statement statement = connection.createStatement()) {
            for (String query : BLANK_LINES.split(ZooSchema.text("exercises.sql"))) {
                String own = OWN.matcher(query).replaceAll(NOT_A_MEMBER);
                String sql = VALUE_OF.matcher(own)
                        .replaceAll(of -> Matcher.quoteReplacement(VALUE.replace("@", of.group(1))));
                try (ResultSet rows = statement.executeQuery(sql)) {
                    while (rows.next()) {
                        exercises.add(new Exercise(rows.getString(1), ANY));
                    }
                }
            }
        }
        return exercises;
    }

    /** Does them one after the other; those that the list does not have leave no trace but in sequences. */
    static List<Outcome> perform(PostgresServer server, String database, List<Exercise> exercises) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>();
        try (Connection connection = connect(server, database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(
                    "SET extra_float_digits = 0; SET client_min_messages = error; SET timezone = 'UTC'; DO $$ BEGIN"
                            + " CREATE ROLE exerciser; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            for (Exercise exercise : exercises) {
                connection.setAutoCommit(!exercise.refusal().equals(ANY));
                outcomes.add(new Outcome(exercise, results(statement, exercise.sql())));
                if (connection.getAutoCommit()) {
                    statement.execute(
                            "ROLLBACK; RESET ROLE; RESET enable_seqscan; RESET enable_sort; RESET search_path");
                } else {
                    connection.rollback();
                }
            }
        }
        return outcomes;
    }

    private static Connection connect(PostgresServer server, String database) throws SQLException {
        return DriverManager.getConnection(server.url(database) + "?preferQueryMode=simple&user=" + server.superuser());
    }

    private static List<String> results(Statement statement, String sql) {
        List<String> results = new ArrayList<>();
        try {
            boolean isRows = statement.execute(sql);
            while (isRows || statement.getUpdateCount() >= 0) {
                results.add(isRows ? rows(statement, sql.contains("ORDER BY")) : statement.getUpdateCount() + " rows");
                isRows = statement.getMoreResults();
            }
        } catch (SQLException e) {
            // Since 18 what is restricted has a state of its own.
            String state = "23001".equals(e.getSQLState()) ? "23503" : String.valueOf(e.getSQLState());
            results.add("refused " + state + ": " + e.getMessage());
        }
        return results;
    }

    private static String rows(Statement statement, boolean isOrdered) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(String.valueOf(rows.getString(i)));
                }
                lines.add(String.join(" | ", values));
            }
        }
        if (!isOrdered) {
            Collections.sort(lines);
        }
        return String.join("\n", lines);
    }
}
