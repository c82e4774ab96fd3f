package dev.godwit.demo.traffic;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * How much of everything the shop had when the traffic began, and its calendar: the history ends with 2025, and six hours
 * of 2026 go by in each second of the demo.
 *
 * @param customers customers, numbered from 1
 * @param inventory copies, numbered from 1
 * @param films films, numbered from 1
 * @param openedNanos {@link System#nanoTime()} when 2026 began
 */
record Shop(int customers, int inventory, int films, long openedNanos) {

    private static final OffsetDateTime NEW_YEAR = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    private static final int SECONDS_PER_SECOND = (int) Duration.ofHours(6).toSeconds();

    static Shop open(Connection connection) throws SQLException {
        return new Shop(
                (int) Sql.number(connection, "SELECT max(customer_id) FROM customer"),
                (int) Sql.number(connection, "SELECT max(inventory_id) FROM inventory"),
                (int) Sql.number(connection, "SELECT max(film_id) FROM film"),
                System.nanoTime());
    }

    OffsetDateTime now() {
        long elapsedMicros = (System.nanoTime() - openedNanos) / 1000;
        return NEW_YEAR.plus(Duration.ofNanos(elapsedMicros * 1000 * SECONDS_PER_SECOND));
    }
}
