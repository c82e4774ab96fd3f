package dev.godwit.bench;

import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Makes the schema of thousands of tables anew on another server, in alternation by {@code pg_dump -s | psql} and by a migration of these
 * tables, which are empty; compares what {@code pg_dump -s} then says of both databases, and prints times and their ratio.
 */
final class SchemaBenchmark {
    private static final String DATABASE = "many";
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final SchemaBenchOptions options;
    private final CopyServers servers;
    private final Path dump = required("pg_dump");
    private final Path psql = required("psql");
    private final Path scratch;
    private final List<Double> dumps = new ArrayList<>();
    private final List<Times> migrations = new ArrayList<>();

    /**
     * How long a migration took, in seconds.
     *
     * @param preflight until it was recorded
     * @param schema planning, and what is made before the copy
     * @param rest publication, slot, copy, and all that is built after the copy
     */
    private record Times(double preflight, double schema, double rest) {
        double prepare() {
            return schema + rest;
        }
    }

    private SchemaBenchmark(SchemaBenchOptions options, CopyServers servers, Path scratch) {
        this.options = options;
        this.servers = servers;
        this.scratch = scratch;
    }

    private static Path required(String name) {
        return CopyServers.program(name)
                .orElseThrow(() -> new IllegalStateException("the schema's benchmark needs " + name
                        + " of PostgreSQL " + CopyServers.MAJOR + " (Debian: apt-get install postgresql-"
                        + CopyServers.MAJOR + "); -Dbench.binaries=<directory that holds " + CopyServers.MAJOR
                        + "/bin>"));
    }

    static void run(SchemaBenchOptions options) throws Exception {
        required("pg_dump");
        required("psql");
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        Path scratch = Files.createTempDirectory("godwit-schema");
        try (CopyServers servers = new CopyServers(options.durable())) {
            say(
                    "PostgreSQL %s, %s, %d tables, %d workers; %d processors, load average %.1f at the start",
                    servers.source().query("postgres", "SHOW server_version").get(0),
                    options.durable() ? "durable" : "without fsync",
                    options.tables(),
                    CopyServers.WORKERS,
                    Runtime.getRuntime().availableProcessors(),
                    load);
            SchemaBenchmark benchmark = new SchemaBenchmark(options, servers, scratch);
            benchmark.read();
            benchmark.measure();
            benchmark.print();
        } finally {
            Scratch.delete(scratch);
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Reading asks as often, however many tables there are. */
    private void read() throws SQLException {
        SchemaData.create(servers.source(), "few", options.fewTables());
        SchemaData.create(servers.source(), DATABASE, options.tables());
        servers.target().createDatabase("fresh");
        // Once for nothing, so that the classes are loaded.
        plan("few");
        int few = plan("few");
        int many = plan(DATABASE);
        say("round_trips_%d: %d", options.fewTables(), few);
        say("round_trips_%d: %d", options.tables(), many);
        if (few != many) {
            throw new IllegalStateException("reading " + options.tables() + " tables took " + many
                    + " round trips, but " + options.fewTables() + " took " + few);
        }
        servers.target().dropDatabase("fresh");
        servers.source().dropDatabase("few");
    }

    private int plan(String database) throws SQLException {
        RoundTrips trips = new RoundTrips();
        try (Connection source = servers.source().connect(database);
                Connection target = servers.target().connect("fresh")) {
            source.setAutoCommit(false);
            target.setAutoCommit(false);
            long started = System.nanoTime();
            int steps = SchemaPreparers.fromCatalog()
                    .plan(trips.counting(source), trips.counting(target), table -> true)
                    .steps()
                    .size();
            say("planning %s: %d steps, %.2f s", database, steps, (System.nanoTime() - started) / 1e9);
        }
        return trips.count();
    }

    private void measure() throws Exception {
        List<String> expected = dumped(servers.source(), DATABASE);
        // The first of each fills the servers' memory and is not measured.
        for (int round = 0; round <= options.rounds(); round++) {
            for (int i = 0; i < 2; i++) {
                boolean byDump = (round + i) % 2 == 0;
                String database = (byDump ? "by_dump_" : "by_godwit_") + round;
                servers.target().createDatabase(database);
                servers.checkpoint();
                if (byDump) {
                    restore(database, round);
                } else {
                    migrate(database, round);
                }
                requireSame(database, expected, dumped(servers.target(), database));
            }
        }
    }

    private void restore(String database, int round) throws Exception {
        long started = System.nanoTime();
        List<Process> both = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder(dump.toString(), "-s", "-d", CopyServers.uri(servers.source(), DATABASE))
                        .redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder(
                                psql.toString(),
                                "-X",
                                "-q",
                                "-v",
                                "ON_ERROR_STOP=1",
                                "-d",
                                CopyServers.uri(servers.target(), database))
                        .redirectOutput(scratch.resolve("psql").toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)));
        for (Process process : both) {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("pg_dump | psql failed; see what it wrote above");
            }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        say("round %d  dump    %6.2f s", round, seconds);
        if (round > 0) {
            dumps.add(seconds);
        }
    }

    private void migrate(String database, int round) throws Exception {
        Map<MigrationPhase, Instant> entered = new ConcurrentHashMap<>();
        CountDownLatch over = new CountDownLatch(1);
        Migration migration = Migration.builder()
                .name("bench")
                .source(endpoint(servers.source(), DATABASE))
                .target(endpoint(servers.target(), database))
                .copy(CopyOptions.builder().workers(CopyServers.WORKERS).build())
                .listener(event -> {
                    if (event instanceof MigrationEvent.PhaseChanged changed) {
                        entered.put(changed.to(), changed.at());
                        if (changed.to() == MigrationPhase.CATCH_UP || changed.to() == MigrationPhase.FAILED) {
                            over.countDown();
                        }
                    }
                })
                .build();
        Instant started = Instant.now();
        try (MigrationRun run = migration.start()) {
            Instant recorded = Instant.now();
            over.await();
            run.awaitReadyToCutover(LIMIT);
            run.cancel();
            Instant snapshot = Objects.requireNonNull(entered.get(MigrationPhase.SNAPSHOT));
            Instant end = Objects.requireNonNull(entered.get(MigrationPhase.CATCH_UP));
            Times times = new Times(seconds(started, recorded), seconds(recorded, snapshot), seconds(snapshot, end));
            say(
                    "round %d  godwit  %6.2f s   schema %.2f, copy and what follows it %.2f; preflight %.2f before",
                    round, times.prepare(), times.schema(), times.rest(), times.preflight());
            if (round > 0) {
                migrations.add(times);
            }
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    private static Endpoint endpoint(PostgresServer server, String database) {
        return Endpoint.of(server.url(database)).credentials(server.superuser(), "");
    }

    /** What pg_dump says, whatever the order. */
    private List<String> dumped(PostgresServer server, String database) throws IOException, InterruptedException {
        Path file = scratch.resolve("dump");
        CopyServers.run(
                dump,
                Map.of(),
                "-s",
                "--exclude-schema=godwit",
                "-f",
                file.toString(),
                "-d",
                CopyServers.uri(server, database));
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.startsWith("\\"))
                    .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                    .sorted()
                    .toList();
        }
    }

    private static void requireSame(String database, List<String> expected, List<String> dumped) {
        if (expected.equals(dumped)) {
            return;
        }
        List<String> first = new ArrayList<>();
        for (int i = 0; i < Math.min(expected.size(), dumped.size()) && first.isEmpty(); i++) {
            if (!expected.get(i).equals(dumped.get(i))) {
                first.add("'" + expected.get(i) + "' and '" + dumped.get(i) + "'");
            }
        }
        throw new IllegalStateException(database + " is not what the source is: pg_dump writes " + dumped.size()
                + " lines of it, and of the source " + expected.size() + "; the first that differ are " + first);
    }

    private void print() {
        double byDump = median(dumps);
        double prepare = median(migrations.stream().map(Times::prepare).toList());
        double whole = median(migrations.stream()
                .map(times -> times.preflight() + times.prepare())
                .toList());
        say("");
        say("dump_seconds: %.2f", byDump);
        say("prepare_seconds: %.2f", prepare);
        say(
                "schema_seconds: %.2f",
                median(migrations.stream().map(Times::schema).toList()));
        say(
                "preflight_seconds: %.2f",
                median(migrations.stream().map(Times::preflight).toList()));
        say("ms_per_empty_table: %.2f", whole * 1000 / options.tables());
        say("prepare_vs_dump: %.3f", prepare / byDump);
        say("migration_vs_dump: %.3f", whole / byDump);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
