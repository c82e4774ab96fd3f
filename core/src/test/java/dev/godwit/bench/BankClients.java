package dev.godwit.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** Clients that do pgbench's transaction (TPC-B) without a pause, and note when each commit was acknowledged. */
final class BankClients implements AutoCloseable {
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(2);

    private volatile DataSource database;
    private final int scale;
    private final List<Client> clients = new ArrayList<>();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean stopped;

    BankClients(DataSource database, int number, int scale) {
        this.database = database;
        this.scale = scale;
        for (int i = 0; i < number; i++) {
            clients.add(new Client(i));
        }
        clients.forEach(Thread::start);
    }

    /** Sends the clients to another database when they connect again. */
    void switchTo(DataSource next) {
        database = next;
    }

    long failures() {
        return failures.get();
    }

    long commits() {
        return clients.stream().mapToLong(client -> client.number.get()).sum();
    }

    /** Gives the longest time in which no client's commit was acknowledged, between two moments by {@link System#nanoTime()}. */
    double longestGapMillis(long from, long to) {
        long[] times = clients.stream()
                .flatMapToLong(client -> Arrays.stream(client.times, 0, client.number.get()))
                .filter(time -> time - from >= 0 && time - to <= 0)
                .sorted()
                .toArray();
        long longest = 0;
        long last = from;
        for (long time : times) {
            longest = Math.max(longest, time - last);
            last = time;
        }
        return Math.max(longest, to - last) / 1e6;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Client client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Client extends Thread {
        private final SplittableRandom random;
        private long[] times = new long[1 << 20];
        private final AtomicInteger number = new AtomicInteger();

        Client(int index) {
            super("bank-" + index);
            random = new SplittableRandom(index);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!stopped) {
                try (Connection connection = database.getConnection()) {
                    connection.setAutoCommit(false);
                    transact(connection);
                } catch (SQLException e) {
                    // Ended with the source, or refused by it: an application connects again.
                    failures.incrementAndGet();
                    LockSupport.parkNanos(AGAIN);
                }
            }
        }

        private void transact(Connection connection) throws SQLException {
            try (PreparedStatement account = connection.prepareStatement(
                            "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
                    PreparedStatement read =
                            connection.prepareStatement("SELECT abalance FROM pgbench_accounts WHERE aid = ?");
                    PreparedStatement teller = connection.prepareStatement(
                            "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?");
                    PreparedStatement branch = connection.prepareStatement(
                            "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?");
                    PreparedStatement history =
                            connection.prepareStatement("INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)"
                                    + " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)")) {
                while (!stopped) {
                    int aid = random.nextInt(1, scale * Bank.ACCOUNTS + 1);
                    int tid = random.nextInt(1, scale * Bank.TELLERS + 1);
                    int bid = random.nextInt(1, scale + 1);
                    int delta = random.nextInt(-5000, 5001);
                    run(account, delta, aid);
                    run(read, aid);
                    run(teller, delta, tid);
                    run(branch, delta, bid);
                    run(history, tid, bid, aid, delta);
                    connection.commit();
                    acknowledged();
                }
            }
        }

        private static void run(PreparedStatement statement, int... values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                statement.setInt(i + 1, values[i]);
            }
            statement.execute();
        }

        private void acknowledged() {
            int place = number.get();
            if (place == times.length) {
                times = Arrays.copyOf(times, times.length * 2);
            }
            times[place] = System.nanoTime();
            number.set(place + 1);
        }
    }
}
