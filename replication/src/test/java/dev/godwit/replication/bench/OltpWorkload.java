package dev.godwit.replication.bench;

import java.util.List;

/** pgbench's own tables and its simple-update. */
final class OltpWorkload {

    private static final int FULL_SCALE = 50;
    private static final int TRANSACTIONS = 100_000;
    static final int CLIENTS = 4;
    private static final int SEED = 42;

    private OltpWorkload() {}

    static int pgbenchScale(BenchOptions options) {
        return options.scaled(FULL_SCALE);
    }

    /** The tables as {@code pgbench -i} makes them, and one for probes of the delay. */
    static Family family(BenchOptions options) {
        int scale = pgbenchScale(options);
        return new Family(
                "oltp",
                List.of(
                        "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp,"
                                + " filler char(22))",
                        "CREATE TABLE pgbench_tellers (tid int NOT NULL, bid int, tbalance int, filler char(84))"
                                + " WITH (fillfactor = 100)",
                        "CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84))"
                                + " WITH (fillfactor = 100)",
                        "CREATE TABLE pgbench_branches (bid int NOT NULL, bbalance int, filler char(88))"
                                + " WITH (fillfactor = 100)",
                        "INSERT INTO pgbench_branches (bid, bbalance) SELECT g, 0 FROM generate_series(1, " + scale
                                + ") g",
                        "INSERT INTO pgbench_tellers (tid, bid, tbalance) SELECT g, (g - 1) / 10 + 1, 0"
                                + " FROM generate_series(1, 10 * " + scale + ") g",
                        "INSERT INTO pgbench_accounts (aid, bid, abalance, filler)"
                                + " SELECT g, (g - 1) / 100000 + 1, 0, '' FROM generate_series(1, 100000 * " + scale
                                + ") g",
                        "ALTER TABLE pgbench_branches ADD PRIMARY KEY (bid)",
                        "ALTER TABLE pgbench_tellers ADD PRIMARY KEY (tid)",
                        "ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)",
                        "CREATE TABLE bench_probe (id bigint PRIMARY KEY, written timestamptz NOT NULL)"));
    }

    static Workload workload(BenchOptions options, Family family) {
        int each = options.scaled(TRANSACTIONS) / CLIENTS;
        return new Workload("oltp", family, database -> {}, (database, session, share, round) -> {
            long transactions = Math.max(1, Math.round(each * share));
            SimpleUpdate load = SimpleUpdate.on(database, pgbenchScale(options));
            load.run(new SimpleUpdate.Load(CLIENTS, transactions, 0, 0, false, SEED + round));
        });
    }
}
