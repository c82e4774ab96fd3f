package dev.godwit.demo.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Checks what triggers keep: a trigger that fired while changes were applied would have counted twice, one that does not
 * fire after the cutover would have stopped counting.
 */
public final class Statistics {

    private static final String WRONG = """
            SELECT count(*) FROM customer_statistics s
            LEFT JOIN (SELECT customer_id, count(*) AS n FROM rental GROUP BY customer_id) r USING (customer_id)
            LEFT JOIN (SELECT customer_id, count(*) AS n, sum(amount) AS paid FROM payment GROUP BY customer_id) p
                USING (customer_id)
            WHERE (s.rentals, s.payments, s.paid) IS DISTINCT FROM (coalesce(r.n, 0), coalesce(p.n, 0), coalesce(p.paid, 0))""";

    private Statistics() {}

    /** Counts again what the triggers have counted. */
    public static Finding keptByTriggers(DataSource target) throws SQLException {
        try (Connection connection = target.getConnection();
                Statement statement = connection.createStatement()) {
            long customers = number(statement, "SELECT count(*) FROM customer");
            long counted = number(statement, "SELECT count(*) FROM customer_statistics");
            long wrong = number(statement, WRONG);
            return new Finding(
                    "triggers counted once, before and after",
                    wrong == 0 && customers == counted && customers > 0,
                    "%,d customers, %,d with statistics, %,d of them wrong".formatted(customers, counted, wrong));
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
