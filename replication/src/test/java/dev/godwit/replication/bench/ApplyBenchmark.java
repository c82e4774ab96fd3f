package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long it takes to drain a backlog: for Godwit, for a native subscription, and for reading the stream only.
 *
 * <p>All have a slot from the same position on, so that they drain exactly the same; one after the other, in another order in
 * each round. What they applied is compared with the source each time.
 */
final class ApplyBenchmark {

    private final BenchOptions options;
    private final BenchServers servers;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Map<String, BenchDatabase> databases = new HashMap<>();
    private final DrainResults results;
    private final double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

    private ApplyBenchmark(BenchOptions options, BenchServers servers) {
        this.options = options;
        this.servers = servers;
        results = new DrainResults(options);
        for (String name : options.contenders()) {
            contenders.put(
                    name,
                    switch (name) {
                        case BenchOptions.GODWIT -> new GodwitContender(options.appliers());
                        case BenchOptions.NATIVE -> new NativeContender();
                        default -> new LimitContender(name);
                    });
        }
    }

    static void run(BenchOptions options) throws Exception {
        try (BenchServers servers = new BenchServers()) {
            new ApplyBenchmark(options, servers).run();
        }
    }

    private void run() throws Exception {
        describe();
        List<Workload> workloads = workloads();
        if (options.warmup() > 0) {
            round(workloads, 0);
        }
        for (int round = 1; round <= options.rounds(); round++) {
            round(workloads, round);
        }
        results.print();
        BenchDatabase oltp = databases.get("oltp");
        if (options.delaySeconds() > 0 && oltp != null) {
            new DelayMeasurement(options, oltp).run(contenders);
        }
    }

    private void describe() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        say("PostgreSQL %s, scale %s, %d rounds", servers.version(), options.scale(), options.rounds());
        say("%d processors, load average %.1f at the start", system.getAvailableProcessors(), load);
        say(
                "godwit: %d appliers, JVM with %s",
                options.appliers(),
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(argument -> argument.startsWith("-X"))
                        .collect(Collectors.joining(" ")));
        contenders.values().stream()
                .filter(LimitContender.class::isInstance)
                .map(LimitContender.class::cast)
                .forEach(limit -> say("%s: %s", limit.name(), limit.description()));
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private List<Workload> workloads() throws SQLException {
        Family oltp = OltpWorkload.family(options);
        Family rows = RowsWorkloads.family(options);
        Family mixed = MixedWorkload.family();
        List<Workload> chosen = new ArrayList<>();
        for (String name : options.workloads()) {
            chosen.add(
                    switch (name) {
                        case "oltp" -> OltpWorkload.workload(options, oltp);
                        case "insert" -> RowsWorkloads.inserting(options, rows);
                        case "update" -> RowsWorkloads.updating(options, rows);
                        case "delete" -> RowsWorkloads.deleting(options, rows);
                        case "mixed" -> MixedWorkload.workload(options, mixed);
                        default -> throw new IllegalArgumentException(name);
                    });
        }
        for (Workload workload : chosen) {
            String name = workload.family().database();
            if (!databases.containsKey(name)) {
                databases.put(name, new BenchDatabase(servers, workload.family(), appliers()));
            }
        }
        return chosen;
    }

    private List<String> appliers() {
        return options.contenders().stream()
                .filter(name -> name.equals(BenchOptions.GODWIT) || name.equals(BenchOptions.NATIVE))
                .toList();
    }

    /** Round 0 warms up. */
    private void round(List<Workload> workloads, int round) throws Exception {
        List<Contender> order = new ArrayList<>(contenders.values());
        Collections.rotate(order, round);
        for (Workload workload : workloads) {
            BenchDatabase database = databases.get(workload.family().database());
            if (database == null) {
                throw new IllegalStateException(workload.name());
            }
            drainAll(workload, database, order, round);
        }
    }

    private void drainAll(Workload workload, BenchDatabase database, List<Contender> order, int round)
            throws Exception {
        // a warm-up changes little; levelling for it would write more than it does
        database.level(round > 0 ? workload.level() : session -> {});
        Map<String, Lsn> slots = database.createSlots(options.contenders());
        try {
            BenchDatabase.BacklogEnd end = backlog(workload, database, round);
            for (Contender contender : order) {
                CpuMeter.Usage usage = drain(contender, database, slots.getOrDefault(contender.name(), end.lsn()), end);
                if (round > 0) {
                    results.add(round, workload.name(), contender.name(), usage);
                }
            }
        } finally {
            database.dropSlots(options.contenders());
        }
        for (String applier : appliers()) {
            database.assertEqual(applier);
        }
    }

    private BenchDatabase.BacklogEnd backlog(Workload workload, BenchDatabase database, int round) throws Exception {
        try (Connection session = database.source().open();
                Statement setting = session.createStatement()) {
            setting.execute("SET search_path = public");
            // the log is the same; a backlog of many small transactions is written in a fraction of the time
            setting.execute("SET synchronous_commit = off");
            workload.backlog().write(database, session, round == 0 ? options.warmup() : 1, round);
        }
        return database.mark();
    }

    private CpuMeter.Usage drain(Contender contender, BenchDatabase database, Lsn from, BenchDatabase.BacklogEnd end)
            throws Exception {
        try (Contender.Running running = contender.prepare(database, from)) {
            servers.checkpoint();
            CpuMeter meter = new CpuMeter(servers);
            running.start();
            running.await(end);
            return meter.read();
        }
    }
}
