package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is usually done by hand with native logical replication: stop writes, wait until the subscription has replayed up to there, set
 * all sequences, start. Writes are stopped by table locks, which disturbs clients the least, and let go on at the source instead of on
 * the target, so that it can be repeated; clients need not connect again, which is in the recipe's favour.
 */
final class NativeRecipe implements AutoCloseable {
    private static final String NAME = "bench_recipe";
    private static final String TABLES = "pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers";
    private static final long POLL_MILLIS = 10;
    private static final long SMALL_LAG = 1 << 20;
    private static final Duration CALM = Duration.ofSeconds(30);

    private final PostgresServer source;
    private final PostgresServer target;
    private final String from;
    private final String to;

    NativeRecipe(CopyServers servers, String from, String to) throws InterruptedException {
        this.source = servers.source();
        this.target = servers.target();
        this.from = from;
        this.to = to;
        Bank.createTables(target, to);
        source.execute(from, "CREATE PUBLICATION " + NAME + " FOR ALL TABLES");
        target.execute(
                to,
                "CREATE SUBSCRIPTION " + NAME + " CONNECTION '" + CopyServers.uri(source, from) + "' PUBLICATION "
                        + NAME);
        while (!target.query(to, "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")
                .equals(List.of("0"))) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Nobody begins while the subscription is far behind. */
    void awaitCalm() throws InterruptedException {
        long deadline = System.nanoTime() + CALM.toNanos();
        String lag = "SELECT coalesce(pg_current_wal_lsn() - replay_lsn, 1 << 30) < " + SMALL_LAG
                + " FROM pg_stat_replication WHERE application_name = '" + NAME + "'";
        while (!source.query(from, lag).equals(List.of("t")) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Does it once. */
    void run() throws SQLException, InterruptedException {
        try (Connection fence = source.connect(from);
                Connection here = source.connect(from);
                Connection there = target.connect(to);
                Statement locking = fence.createStatement();
                Statement asking = here.createStatement();
                Statement setting = there.createStatement()) {
            fence.setAutoCommit(false);
            locking.execute("LOCK TABLE " + TABLES + " IN SHARE ROW EXCLUSIVE MODE");
            String end = first(asking, "SELECT pg_current_wal_lsn()");
            while (!first(
                            asking,
                            "SELECT replay_lsn >= '" + end + "' FROM pg_stat_replication WHERE application_name = '"
                                    + NAME + "'")
                    .equals("t")) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            String value = first(asking, "SELECT last_value FROM pgbench_history_hid_seq");
            setting.execute("SELECT setval('pgbench_history_hid_seq', " + value + ")");
            fence.commit();
        }
    }

    private static String first(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    @Override
    public void close() {
        target.execute(to, "DROP SUBSCRIPTION " + NAME);
        source.execute(from, "DROP PUBLICATION " + NAME);
    }
}
