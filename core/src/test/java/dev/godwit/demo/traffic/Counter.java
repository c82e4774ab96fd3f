package dev.godwit.demo.traffic;

import static dev.godwit.demo.traffic.Sql.number;
import static dev.godwit.demo.traffic.Sql.update;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * The transactions of one clerk. Each method does its statements and returns what the clerk will remember once the commit
 * is acknowledged. One thread.
 */
final class Counter {

    private final Shop shop;
    private final int clerk;
    private final SplittableRandom random;
    private final Deque<Rented> out = new ArrayDeque<>();

    /** A rental that was acknowledged and is still out. */
    private record Rented(long rental, long payment, OffsetDateTime paidAt, int inventory) {}

    /** What a transaction was, and what to remember after its commit. */
    record Deed(String kind, Runnable afterCommit) {}

    Counter(Shop shop, int clerk, long seed) {
        this.shop = shop;
        this.clerk = clerk;
        this.random = new SplittableRandom(seed + clerk);
    }

    /** Does the statements of one transaction, chosen at random, except its receipt and its commit. */
    Deed serve(Connection connection) throws SQLException {
        int dice = random.nextInt(100);
        Rented oldest = out.peekFirst();
        if (oldest == null || dice < 50) {
            return rent(connection, 1 + random.nextInt(shop.customers()));
        } else if (dice < 75) {
            return takeBack(connection, oldest);
        } else if (dice < 81) {
            return cancel(connection, oldest);
        } else if (dice < 87) {
            return backdatePayment(connection, oldest);
        } else if (dice < 92) {
            return priceFilm(connection);
        } else if (dice < 96) {
            return moveFilmToCategory(connection);
        }
        return welcome(connection);
    }

    private Deed rent(Connection connection, long customer) throws SQLException {
        int inventory = 1 + random.nextInt(shop.inventory());
        OffsetDateTime now = shop.now();
        long rental = number(
                connection,
                "INSERT INTO rental (rented_at, inventory_id, customer_id, staff_id) VALUES (?, ?, ?, ?) RETURNING rental_id",
                now,
                inventory,
                customer,
                clerk);
        if (random.nextInt(10) == 0) {
            changeOfMind(connection, customer, now);
        }
        long payment = number(
                connection,
                "INSERT INTO payment (customer_id, staff_id, rental_id, amount, paid_at) VALUES (?, ?, ?, ?, ?)"
                        + " RETURNING payment_id",
                customer,
                clerk,
                rental,
                1 + random.nextInt(9),
                now);
        update(connection, "UPDATE inventory SET times_rented = times_rented + 1 WHERE inventory_id = ?", inventory);
        return new Deed("rent", () -> out.addLast(new Rented(rental, payment, now, inventory)));
    }

    /** A second rental that never happened: a subtransaction that must leave nothing behind. */
    private void changeOfMind(Connection connection, long customer, OffsetDateTime now) throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        update(
                connection,
                "INSERT INTO rental (rented_at, inventory_id, customer_id, staff_id) VALUES (?, 1, ?, ?)",
                now,
                customer,
                clerk);
        connection.rollback(savepoint);
    }

    private Deed takeBack(Connection connection, Rented rented) throws SQLException {
        one(
                "rental",
                rented.rental(),
                update(
                        connection,
                        "UPDATE rental SET returned_at = greatest(?, rented_at) WHERE rental_id = ? AND returned_at IS NULL",
                        shop.now(),
                        rented.rental()));
        return new Deed("return", out::removeFirst);
    }

    private Deed cancel(Connection connection, Rented rented) throws SQLException {
        one(
                "payment",
                rented.payment(),
                update(
                        connection,
                        "DELETE FROM payment WHERE payment_id = ? AND paid_at = ?",
                        rented.payment(),
                        rented.paidAt()));
        one("rental", rented.rental(), update(connection, "DELETE FROM rental WHERE rental_id = ?", rented.rental()));
        update(
                connection,
                "UPDATE inventory SET times_rented = times_rented - 1 WHERE inventory_id = ?",
                rented.inventory());
        return new Deed("cancel", out::removeFirst);
    }

    /** Changes a key, and moves the row to another partition: a delete there and an insert here. */
    private Deed backdatePayment(Connection connection, Rented rented) throws SQLException {
        OffsetDateTime lastMonth = rented.paidAt().minusDays(31);
        one(
                "payment",
                rented.payment(),
                update(
                        connection,
                        "UPDATE payment SET paid_at = ? WHERE payment_id = ? AND paid_at = ?",
                        lastMonth,
                        rented.payment(),
                        rented.paidAt()));
        return new Deed("backdate", () -> {
            out.removeFirst();
            out.addLast(new Rented(rented.rental(), rented.payment(), lastMonth, rented.inventory()));
        });
    }

    /** Every fifth film has a description stored out of line, which this update does not touch. */
    private Deed priceFilm(Connection connection) throws SQLException {
        int film = 5 * (1 + random.nextInt(shop.films() / 5));
        one(
                "film",
                film,
                update(
                        connection,
                        "UPDATE film SET rental_rate = 0.99 + ? WHERE film_id = ?",
                        random.nextInt(9),
                        film));
        return new Deed("price", () -> {});
    }

    /** Changes a primary key in place. */
    private Deed moveFilmToCategory(Connection connection) throws SQLException {
        int film = 1 + random.nextInt(shop.films());
        one(
                "film_category",
                film,
                update(
                        connection,
                        "UPDATE film_category SET category_id = 1 + category_id % 16 WHERE film_id = ?",
                        film));
        return new Deed("recategorise", () -> {});
    }

    private Deed welcome(Connection connection) throws SQLException {
        long address = number(
                connection,
                "INSERT INTO address (address, district, city_id, phone) VALUES (?, 'New', ?, '+0') RETURNING address_id",
                random.nextInt(999) + " Tidal Way",
                1 + random.nextInt(600));
        long customer = number(
                connection,
                "INSERT INTO customer (store_id, first_name, last_name, address_id) VALUES (?, 'New', ?, ?)"
                        + " RETURNING customer_id",
                1 + random.nextInt(20),
                "Customer" + address,
                address);
        Deed firstRental = rent(connection, customer);
        return new Deed("welcome", firstRental.afterCommit());
    }

    /** What was acknowledged before must be there now, on whichever server this is. */
    private static void one(String table, long key, int rows) {
        if (rows != 1) {
            throw new LostWriteException(table + " " + key + " was acknowledged, but " + rows + " such rows are there");
        }
    }
}
