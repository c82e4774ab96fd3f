package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;

/** The tables of pgbench, but for the history's key, without which it could not be followed. */
final class Bank {
    static final int TELLERS = 10;
    static final int ACCOUNTS = 100_000;

    private Bank() {}

    static void createTables(PostgresServer server, String database) {
        server.execute(
                database,
                "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88)) WITH (fillfactor = 100)",
                "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100)",
                "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84)) WITH (fillfactor = 100)",
                "CREATE TABLE pgbench_history (hid bigserial PRIMARY KEY, tid int, bid int, aid int, delta int, mtime timestamp,"
                        + " filler char(22))");
    }

    static void fill(PostgresServer server, String database, int scale) {
        server.execute(
                database,
                "INSERT INTO pgbench_branches SELECT i, 0, '' FROM generate_series(1, " + scale + ") i",
                "INSERT INTO pgbench_tellers SELECT i, (i - 1) / " + TELLERS + " + 1, 0, '' FROM generate_series(1, "
                        + scale * TELLERS + ") i",
                "INSERT INTO pgbench_accounts SELECT i, (i - 1) / " + ACCOUNTS + " + 1, 0, '' FROM generate_series(1, "
                        + scale * ACCOUNTS + ") i",
                "VACUUM ANALYZE");
    }

    /** What must be equal on both sides, and within each. */
    static String totals(PostgresServer server, String database) {
        return server.query(
                        database,
                        "SELECT (SELECT sum(abalance) FROM pgbench_accounts) || ' ' || (SELECT sum(tbalance) FROM pgbench_tellers)"
                                + " || ' ' || (SELECT sum(bbalance) FROM pgbench_branches) || ' '"
                                + " || (SELECT coalesce(sum(delta), 0) FROM pgbench_history)")
                .get(0);
    }
}
