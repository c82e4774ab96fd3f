package dev.godwit.replication.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The same statements over JDBC, for machines that have the embedded binaries only. */
record JdbcPgbench(BenchDatabase database, int scale) implements SimpleUpdate {

    private static final int ACCOUNTS = 100_000;
    private static final int TELLERS = 10;
    private static final int DELTA = 5000;

    @Override
    public String description() {
        return "a copy of pgbench over JDBC";
    }

    @Override
    public double run(Load load) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(load.clients());
        try {
            long begin = System.nanoTime();
            List<Future<Long>> clients = new ArrayList<>();
            for (int client = 0; client < load.clients(); client++) {
                SplittableRandom random = new SplittableRandom(load.seed() * 1000L + client);
                clients.add(threads.submit(() -> client(load, begin, random)));
            }
            long transactions = 0;
            for (Future<Long> client : clients) {
                transactions += client.get();
            }
            return transactions / ((System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1));
        } finally {
            threads.shutdownNow();
        }
    }

    private long client(Load load, long begin, SplittableRandom random) throws SQLException {
        try (Connection session = database.source().open();
                Statement setting = session.createStatement()) {
            setting.execute("SET synchronous_commit = " + (load.synchronous() ? "on" : "off"));
            setting.execute("SET search_path = public");
            session.setAutoCommit(false);
            long pauseNanos = load.rate() > 0 ? (long) (TimeUnit.SECONDS.toNanos(load.clients()) / load.rate()) : 0;
            long end = begin + TimeUnit.SECONDS.toNanos(load.seconds());
            long done = 0;
            while (load.transactions() > 0 ? done < load.transactions() : System.nanoTime() < end) {
                pause(begin + pauseNanos * done);
                transaction(session, random);
                done++;
            }
            return done;
        }
    }

    private static void pause(long until) {
        for (long rest = until - System.nanoTime(); rest > 0; rest = until - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }

    private void transaction(Connection session, SplittableRandom random) throws SQLException {
        int account = random.nextInt(1, ACCOUNTS * scale + 1);
        int delta = random.nextInt(-DELTA, DELTA + 1);
        try (PreparedStatement update =
                        session.prepareStatement("UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
                PreparedStatement select =
                        session.prepareStatement("SELECT abalance FROM pgbench_accounts WHERE aid = ?");
                PreparedStatement insert =
                        session.prepareStatement("INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)"
                                + " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)")) {
            update.setInt(1, delta);
            update.setInt(2, account);
            update.executeUpdate();
            select.setInt(1, account);
            select.execute();
            insert.setInt(1, random.nextInt(1, TELLERS * scale + 1));
            insert.setInt(2, random.nextInt(1, scale + 1));
            insert.setInt(3, account);
            insert.setInt(4, delta);
            insert.executeUpdate();
        }
        session.commit();
    }
}
