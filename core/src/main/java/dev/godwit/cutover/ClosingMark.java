package dev.godwit.cutover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells one closing of a database from another. A server keeps the value of a setting as it was written and takes {@code tRuE} for {@code
 * true}, so each cutover spells it in a way of its own, and opens only what still is spelled so. Nobody who closes a database by hand
 * writes like that.
 *
 * <p>It is the one note that a database's owner may leave on every server, that comes and goes together with the closing, and that needs
 * no object: a setting of one's own ({@code ALTER DATABASE … SET godwit.closed_by}) takes a superuser, or a right on the parameter.
 *
 * @see <a href="https://www.postgresql.org/docs/current/config-setting.html">PostgreSQL manual: parameter names and values</a>
 */
final class ClosingMark {
    private static final Set<String> BY_HAND =
            Set.of("true", "True", "TRUE", "tru", "Tru", "TRU", "yes", "Yes", "YES", "on", "On", "ON");

    private static final List<String> MARKS = marks("true", "tru", "yes", "on");

    /** What ALTER DATABASE was given, as it was written: on, true, yes, 1, whatever the case; null if it was given nothing. */
    static final String VALUE = """
            (SELECT max(split_part(c.setting, '=', 2))
               FROM pg_catalog.pg_db_role_setting s
               JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
              CROSS JOIN unnest(s.setconfig) AS c (setting)
              WHERE s.setrole = 0 AND c.setting ILIKE 'default_transaction_read_only=%')
            """;

    private ClosingMark() {}

    /** Chooses one that is not there now: who takes over a database that is closed takes it from whoever has closed it. */
    static String choose(Connection source, RandomGenerator random) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + VALUE)) {
            row.next();
            return choose(row.getString(1), random);
        }
    }

    static String choose(@Nullable String there, RandomGenerator random) {
        List<String> others = MARKS.stream().filter(mark -> !mark.equals(there)).toList();
        return others.get(random.nextInt(others.size()));
    }

    private static List<String> marks(String... words) {
        List<String> marks = new ArrayList<>();
        for (String word : words) {
            for (int capitals = 0; capitals < 1 << word.length(); capitals++) {
                String mark = spelled(word, capitals);
                if (!BY_HAND.contains(mark)) {
                    marks.add(mark);
                }
            }
        }
        return List.copyOf(marks);
    }

    private static String spelled(String word, int capitals) {
        StringBuilder mark = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char letter = word.charAt(i);
            mark.append((capitals >> i & 1) == 1 ? Character.toUpperCase(letter) : letter);
        }
        return mark.toString();
    }
}
