package dev.godwit.bench;

import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.RehearsalReport;
import dev.godwit.testkit.PostgresServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The write pause as clients see it: pgbench's transactions go on through rehearsals and a cutover, and through the plain recipe of native
 * replication. What is measured is the longest time in which no commit of any client was acknowledged.
 */
final class CutoverBenchmark {
    private static final String BANK = "bank";
    private static final String RECIPE = "bank_recipe";
    private static final Duration LIMIT = Duration.ofMinutes(30);
    /** A gap of the clients may begin or end so long after the library says so. */
    private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(500);

    private final CutoverBenchOptions options;
    private final CopyServers servers;
    private final List<Double> recipes = new ArrayList<>();
    private final List<Double> pauses = new ArrayList<>();

    private CutoverBenchmark(CutoverBenchOptions options, CopyServers servers) {
        this.options = options;
        this.servers = servers;
    }

    static void run(CutoverBenchOptions options) throws Exception {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (CopyServers servers = new CopyServers()) {
            say(
                    "PostgreSQL %s, scale %d, %d clients over JDBC; %d processors, load average %.1f at the start",
                    servers.source().query("postgres", "SHOW server_version").get(0),
                    options.scale(),
                    options.clients(),
                    Runtime.getRuntime().availableProcessors(),
                    load);
            CutoverBenchmark benchmark = new CutoverBenchmark(options, servers);
            servers.source().createDatabase(BANK);
            servers.target().createDatabase(BANK);
            servers.target().createDatabase(RECIPE);
            Bank.createTables(servers.source(), BANK);
            Bank.fill(servers.source(), BANK, options.scale());
            servers.checkpoint();
            try (BankClients clients =
                    new BankClients(servers.source().dataSource(BANK), options.clients(), options.scale())) {
                benchmark.recipe(clients);
                benchmark.godwit(clients);
            }
            benchmark.requireNothingLost();
            benchmark.print();
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private interface Measured {
        String run() throws Exception;
    }

    /** Gives the clients' longest gap around something. */
    private double measure(BankClients clients, String what, Measured measured) throws Exception {
        TimeUnit.MILLISECONDS.sleep(options.between().toMillis());
        long commits = clients.commits();
        long from = System.nanoTime();
        String detail = measured.run();
        long ended = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(MARGIN * 2);
        double gap = clients.longestGapMillis(from, ended + MARGIN);
        double rate = (clients.commits() - commits) / ((System.nanoTime() - from) / 1e9);
        say("%-9s  pause %7.1f ms   %6.0f commits/s   %s", what, gap, rate, detail);
        return gap;
    }

    private void recipe(BankClients clients) throws Exception {
        try (NativeRecipe recipe = new NativeRecipe(servers, BANK, RECIPE)) {
            for (int i = 0; i < options.recipes(); i++) {
                recipe.awaitCalm();
                recipes.add(measure(clients, "recipe", () -> {
                    recipe.run();
                    return "";
                }));
            }
        }
        servers.target().dropDatabase(RECIPE);
    }

    private void godwit(BankClients clients) throws Exception {
        Migration migration = Migration.builder()
                .name("bench")
                .source(endpoint(servers.source()))
                .target(endpoint(servers.target()))
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(
                                context -> clients.switchTo(servers.target().dataSource(BANK)))
                        .build())
                .build();
        try (MigrationRun run = migration.start()) {
            for (int i = 0; i < options.rehearsals(); i++) {
                run.awaitReadyToCutover(LIMIT);
                pauses.add(measure(clients, "rehearsal", () -> {
                    RehearsalReport report = run.rehearseCutover();
                    return shown(report.expectedPause(), report.steps());
                }));
            }
            run.awaitReadyToCutover(LIMIT);
            long failures = clients.failures();
            pauses.add(measure(clients, "cutover", () -> {
                CutoverReport report = run.cutover();
                return shown(report.writePause(), report.steps());
            }));
            say("%d attempts of clients failed around the cutover", clients.failures() - failures);
        }
    }

    private static Endpoint endpoint(PostgresServer server) {
        return Endpoint.of(server.url(BANK)).credentials(server.superuser(), "");
    }

    private static String shown(Duration pause, Map<String, Duration> steps) {
        return String.format(Locale.ROOT, "by the library %.1f: ", pause.toNanos() / 1e6)
                + steps.entrySet().stream()
                        .filter(step -> !step.getKey().equals("prepare"))
                        .map(step -> String.format(
                                Locale.ROOT,
                                "%s %.1f",
                                step.getKey(),
                                step.getValue().toNanos() / 1e6))
                        .collect(Collectors.joining(", "));
    }

    /** Each transaction adds the same to account, teller, branch and history, and the source's last ones are on the target. */
    private void requireNothingLost() {
        String totals = Bank.totals(servers.target(), BANK);
        if (totals.split(" ").length != 4
                || List.of(totals.split(" ")).stream().distinct().count() != 1) {
            throw new IllegalStateException("the target's balances differ: " + totals);
        }
        List<String> lost = servers.source()
                .query(
                        BANK,
                        "SELECT string_agg(hid::text, ',') FROM (SELECT hid FROM pgbench_history ORDER BY hid DESC LIMIT 200) h");
        String arrived = servers.target()
                .query(BANK, "SELECT count(*) FROM pgbench_history WHERE hid IN (" + lost.get(0) + ")")
                .get(0);
        if (!arrived.equals("200")) {
            throw new IllegalStateException(
                    "of the source's last 200 transactions only " + arrived + " are on the target");
        }
    }

    private void print() {
        say("");
        say("%-9s %8s %8s %8s", "", "median", "least", "worst");
        row("godwit", pauses);
        row("recipe", recipes);
        say("pause_median_ms: %.1f", median(pauses));
        say("pause_worst_ms: %.1f", Collections.max(pauses));
        say("recipe_median_ms: %.1f", median(recipes));
        say("pause_vs_recipe: %.3f", median(pauses) / median(recipes));
    }

    private static void row(String name, List<Double> values) {
        say("%-9s %8.1f %8.1f %8.1f", name, median(values), Collections.min(values), Collections.max(values));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
