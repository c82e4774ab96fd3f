package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What is usually done by hand with native logical replication: stop writes, wait until the subscription has replayed up to there, set
 * all sequences, start on the other server. In its favour, beside what runbooks say: sessions are open ahead, no round begins while the
 * subscription is far behind, and the lag is looked at every 10 ms instead of by a human.
 */
final class NativeRecipe implements Mover {
    private static final long POLL_MILLIS = 10;
    private static final long SMALL_LAG = 1 << 20;
    private static final Duration CALM = Duration.ofSeconds(30);

    /** In the order in which clients come to them, or both would wait for each other. */
    private static final String TABLES = "pgbench_accounts, pgbench_tellers, pgbench_branches, pgbench_history";

    private static final String SEQUENCES =
            "SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)"
                    + " FROM pg_sequences WHERE last_value IS NOT NULL";

    private final PostgresServer source;
    private final PostgresServer target;
    private final String from;
    private final String to;
    private final String name;

    NativeRecipe(CopyServers servers, String from, String to) {
        this.source = servers.source();
        this.target = servers.target();
        this.from = from;
        this.to = to;
        this.name = "recipe_" + to;
    }

    @Override
    public void prepare() throws InterruptedException {
        Bank.createTables(target, to);
        source.execute(from, "CREATE PUBLICATION " + name + " FOR ALL TABLES");
        target.execute(
                to,
                "CREATE SUBSCRIPTION " + name + " CONNECTION '" + CopyServers.uri(source, from) + "' PUBLICATION "
                        + name);
        while (!target.query(to, "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")
                .equals(List.of("0"))) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        awaitCalm();
    }

    /** Nobody begins while the subscription is far behind. */
    void awaitCalm() throws InterruptedException {
        long deadline = System.nanoTime() + CALM.toNanos();
        String lag = "SELECT coalesce(pg_current_wal_lsn() - replay_lsn, 1 << 30) < " + SMALL_LAG
                + " FROM pg_stat_replication WHERE application_name = '" + name + "'";
        while (!source.query(from, lag).equals(List.of("t")) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The sessions of who does it, open ahead of everything. */
    private final class Console implements AutoCloseable {
        private final Connection here = source.connect(from);
        private final Connection there = target.connect(to);
        private final Statement asking = here.createStatement();
        private final Statement setting = there.createStatement();

        Console() throws SQLException {}

        /** Waits until everything up to now has been replayed. */
        void awaitNoLag() throws SQLException, InterruptedException {
            String end = all(asking, "SELECT pg_current_wal_lsn()").get(0);
            String replayed = "SELECT replay_lsn >= '" + end + "' FROM pg_stat_replication WHERE application_name = '"
                    + name + "'";
            while (!all(asking, replayed).equals(List.of("t"))) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        void setSequences() throws SQLException {
            for (String set : all(asking, SEQUENCES)) {
                setting.execute(set);
            }
        }

        /** Makes the database read-only for who begins, and ends who has begun. */
        void stopWrites() throws SQLException, InterruptedException {
            String own = all(asking, "SELECT pg_backend_pid()").get(0);
            asking.execute("ALTER DATABASE " + from + " SET default_transaction_read_only = on");
            String closed = all(asking, "SELECT clock_timestamp()").get(0);
            String end =
                    "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND backend_type = 'client backend' AND pid <> " + own + " AND backend_start <= '"
                            + closed + "'";
            while (!all(asking, end).isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        @Override
        public void close() throws SQLException {
            try (here;
                    there) {
                asking.close();
                setting.close();
            }
        }
    }

    @Override
    public String move(BankClients clients) throws SQLException, InterruptedException {
        awaitCalm();
        try (Console console = new Console()) {
            long began = System.nanoTime();
            console.stopWrites();
            long stopped = System.nanoTime();
            console.awaitNoLag();
            long replayed = System.nanoTime();
            console.setSequences();
            clients.switchTo(target.dataSource(to));
            return String.format(
                    Locale.ROOT,
                    "by its own clock %.1f: stop %.1f, lag %.1f, sequences and start %.1f",
                    (System.nanoTime() - began) / 1e6,
                    (stopped - began) / 1e6,
                    (replayed - stopped) / 1e6,
                    (System.nanoTime() - replayed) / 1e6);
        }
    }

    /**
     * Does it without going anywhere: writes are stopped by table locks, which disturbs clients the least, and let go on at the source; no
     * session ends, and nobody connects again. That is no move, but can be repeated.
     */
    void inPlace() throws SQLException, InterruptedException {
        try (Connection fence = source.connect(from);
                Statement locking = fence.createStatement();
                Console console = new Console()) {
            fence.setAutoCommit(false);
            locking.execute("LOCK TABLE " + TABLES + " IN SHARE ROW EXCLUSIVE MODE");
            console.awaitNoLag();
            console.setSequences();
            fence.commit();
        }
    }

    private static List<String> all(Statement statement, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** The publication goes with its database, or is dropped by who goes on using that. */
    @Override
    public void close() {
        target.execute(to, "DROP SUBSCRIPTION IF EXISTS " + name);
    }

    /** Ends it where the source's database stays in use. */
    void forget() {
        close();
        source.execute(from, "DROP PUBLICATION " + name);
    }
}
