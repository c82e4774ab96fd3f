package dev.godwit.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Copies data sets with several programs in alternation, compares each copy with its source, and prints times and ratios. */
final class CopyBenchmark {
    private final CopyBenchOptions options;
    private final CopyServers servers;
    private final Map<String, Copier> copiers = new LinkedHashMap<>();
    private final CopyResults results;
    private final Map<String, List<String>> contents = new HashMap<>();
    private final List<String> kept = new ArrayList<>();

    private CopyBenchmark(CopyBenchOptions options, CopyServers servers) {
        this.options = options;
        this.servers = servers;
        this.results = new CopyResults(options);
    }

    static void run(CopyBenchOptions options) throws Exception {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (CopyServers servers = new CopyServers();
                PartsCopier parts = new PartsCopier(servers)) {
            say(
                    "PostgreSQL %s, scale %s, %d rounds, %d workers each",
                    servers.source().query("postgres", "SHOW server_version").get(0),
                    options.scale(),
                    options.rounds(),
                    CopyServers.WORKERS);
            say(
                    "%d processors, load average %.1f at the start",
                    Runtime.getRuntime().availableProcessors(), load);
            CopyBenchmark benchmark = new CopyBenchmark(options, servers);
            benchmark.choose(parts);
            for (String dataSet : options.dataSets()) {
                benchmark.measure(dataSet);
            }
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private void choose(PartsCopier parts) {
        Optional<Path> dump = CopyServers.program("pg_dump");
        Optional<Path> restore = CopyServers.program("pg_restore");
        Optional<Path> psql = CopyServers.program("psql");
        Optional<Path> pgcopydb = CopyServers.onPath("pgcopydb");
        for (String name : options.contenders()) {
            Copier copier = switch (name) {
                case CopyBenchOptions.GODWIT -> new GodwitCopier(servers);
                case CopyBenchOptions.PGCOPYDB ->
                    pgcopydb.map(program -> new PgcopydbCopier(servers, program))
                            .orElse(null);
                case CopyBenchOptions.DUMP ->
                    dump.flatMap(from -> restore.map(to -> new DumpCopier(servers, from, to)))
                            .orElse(null);
                case CopyBenchOptions.NATIVE ->
                    dump.flatMap(schema -> psql.map(client -> new NativeCopier(servers, schema, client)))
                            .orElse(null);
                case CopyBenchOptions.PARTS -> parts;
                default -> throw new IllegalArgumentException(name);
            };
            say("%s: %s", name, copier == null ? "not installed, left out" : copier.description());
            if (copier != null) {
                copiers.put(name, copier);
            }
        }
    }

    private void measure(String dataSet) throws Exception {
        DataSets.create(dataSet, servers, options);
        say(
                "%s: %s",
                dataSet,
                servers.source()
                        .query(dataSet, "SELECT pg_size_pretty(pg_database_size(current_database()))")
                        .get(0));
        contents.put(dataSet, Contents.of(servers.source(), dataSet));
        // The first to write makes the log's files, which the others find; it is not measured.
        for (int round = 0; round <= options.rounds(); round++) {
            List<String> order = new ArrayList<>(copiers.keySet());
            Collections.rotate(order, round - 1);
            for (String name : round == 0 ? order.subList(0, 1) : order) {
                copy(dataSet, round, name);
            }
        }
        results.print(dataSet, copiers.keySet());
        kept.forEach(servers.target()::dropDatabase);
        kept.clear();
        servers.source().dropDatabase(dataSet);
    }

    private void copy(String dataSet, int round, String name) throws Exception {
        String database = dataSet + "_" + name + "_" + round;
        servers.target().createDatabase(database);
        servers.checkpoint();
        Copier copier = copiers.get(name);
        if (copier == null) {
            throw new IllegalStateException(name);
        }
        double seconds = copier.copy(dataSet, database);
        requireSame(name, contents.getOrDefault(dataSet, List.of()), Contents.of(servers.target(), database));
        if (dataSet.equals(DataSets.MANY)) {
            // Whoever makes files after thousands were deleted has to find its way around those (ext4, for minutes).
            kept.add(database);
        } else {
            servers.target().dropDatabase(database);
        }
        if (round > 0) {
            results.add(round, dataSet, name, seconds);
        }
    }

    private static void requireSame(String name, List<String> expected, List<String> copied) {
        List<String> missing = new ArrayList<>(expected);
        missing.removeAll(copied);
        List<String> surplus = new ArrayList<>(copied);
        surplus.removeAll(expected);
        if (!missing.isEmpty() || !surplus.isEmpty() || expected.size() != copied.size()) {
            throw new IllegalStateException(
                    name + " has not made the same: " + missing + " is missing, " + surplus + " is not in the source");
        }
    }
}
