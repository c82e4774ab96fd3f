package dev.godwit.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The write pause as clients see it, who do pgbench's transaction without a pause: the longest time in which no commit of any of them was
 * acknowledged. Godwit's cutover and the plain recipe of native replication in turn move a bank with its clients to the other server;
 * then, on one bank, the recipe is measured that lets its clients go on in place, and rehearsals, which do so, too, and a last cutover.
 */
final class CutoverBenchmark {
    private static final String BANK = "bank";
    private static final String ASIDE = "bank_aside";
    private static final String TEMPLATE = "bank_template";
    /** A gap of the clients may begin or end so long after somebody says so. */
    private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(500);

    private final CutoverBenchOptions options;
    private final CopyServers servers;
    private final List<Double> cutovers = new ArrayList<>();
    private final List<Double> recipes = new ArrayList<>();
    private final List<Double> rehearsals = new ArrayList<>();
    private final List<Double> inPlace = new ArrayList<>();

    private CutoverBenchmark(CutoverBenchOptions options, CopyServers servers) {
        this.options = options;
        this.servers = servers;
    }

    static void run(CutoverBenchOptions options) throws Exception {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try (CopyServers servers = new CopyServers()) {
            say(
                    "PostgreSQL %s, scale %d (moves: %d), %d clients over JDBC; %d processors, load average %.1f at the start",
                    servers.source().query("postgres", "SHOW server_version").get(0),
                    options.scale(),
                    options.moveScale(),
                    options.clients(),
                    Runtime.getRuntime().availableProcessors(),
                    load);
            CutoverBenchmark benchmark = new CutoverBenchmark(options, servers);
            benchmark.moves();
            benchmark.stays();
            benchmark.print();
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private void fill(String database, int scale) {
        servers.source().createDatabase(database);
        Bank.createTables(servers.source(), database);
        Bank.fill(servers.source(), database, scale);
    }

    /** Both move a bank of their own each time, as it was filled. */
    private void moves() throws Exception {
        if (options.moves() == 0) {
            return;
        }
        fill(TEMPLATE, options.moveScale());
        for (int i = 1; i <= options.moves(); i++) {
            String recipes = "bank_recipe" + i;
            move("recipe", recipes, new NativeRecipe(servers, recipes, recipes), this.recipes);
            String godwit = "bank_godwit" + i;
            move("cutover", godwit, new GodwitMover(servers, godwit), cutovers);
        }
        servers.source().dropDatabase(TEMPLATE);
    }

    private void move(String what, String bank, Mover mover, List<Double> pauses) throws Exception {
        servers.source().createDatabase(bank, TEMPLATE);
        servers.target().createDatabase(bank);
        servers.checkpoint();
        try (BankClients clients = clients(bank, options.moveScale());
                mover) {
            mover.prepare();
            pauses.add(measureMove(clients, what, mover));
        }
        requireNothingLost(bank);
        servers.target().dropDatabase(bank);
        servers.source().dropDatabase(bank);
    }

    private BankClients clients(String bank, int scale) {
        return new BankClients(servers.source().dataSource(bank), options.clients(), scale);
    }

    private double measureMove(BankClients clients, String what, Mover mover) throws Exception {
        long failures = clients.failures();
        double pause = measure(clients, what, () -> mover.move(clients));
        say("%-9s  %d attempts of clients failed around it", "", clients.failures() - failures);
        return pause;
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

    /** What can be repeated on one bank, since its clients stay; and in the end they are moved. */
    private void stays() throws Exception {
        fill(BANK, options.scale());
        servers.target().createDatabase(BANK);
        servers.target().createDatabase(ASIDE);
        servers.checkpoint();
        try (BankClients clients = clients(BANK, options.scale())) {
            recipeInPlace(clients);
            try (GodwitMover mover = new GodwitMover(servers, BANK)) {
                mover.prepare();
                for (int i = 0; i < options.rehearsals(); i++) {
                    rehearsals.add(measure(clients, "rehearsal", mover::rehearse));
                }
                cutovers.add(measureMove(clients, "cutover", mover));
            }
        }
        requireNothingLost(BANK);
    }

    private void recipeInPlace(BankClients clients) throws Exception {
        NativeRecipe recipe = new NativeRecipe(servers, BANK, ASIDE);
        recipe.prepare();
        for (int i = 0; i < options.recipes(); i++) {
            recipe.awaitCalm();
            inPlace.add(measure(clients, "in place", () -> {
                recipe.inPlace();
                return "the recipe without a move";
            }));
        }
        recipe.forget();
        servers.target().dropDatabase(ASIDE);
    }

    /** Each transaction adds the same to account, teller, branch and history, and the source's last ones are on the target. */
    private void requireNothingLost(String bank) {
        String totals = Bank.totals(servers.target(), bank);
        if (totals.split(" ").length != 4
                || List.of(totals.split(" ")).stream().distinct().count() != 1) {
            throw new IllegalStateException("the target's balances differ: " + totals);
        }
        List<String> last = servers.source()
                .query(
                        bank,
                        "SELECT string_agg(hid::text, ',') FROM (SELECT hid FROM pgbench_history ORDER BY hid DESC LIMIT 200) h");
        String arrived = servers.target()
                .query(bank, "SELECT count(*) FROM pgbench_history WHERE hid IN (" + last.get(0) + ")")
                .get(0);
        if (!arrived.equals("200")) {
            throw new IllegalStateException(
                    "of the source's last 200 transactions only " + arrived + " are on the target");
        }
    }

    private void print() {
        List<Double> pauses = new ArrayList<>(rehearsals);
        pauses.addAll(cutovers);
        say("");
        say("%-9s %8s %8s %8s %8s", "", "number", "median", "least", "worst");
        row("cutover", cutovers);
        row("recipe", recipes);
        row("rehearsal", rehearsals);
        row("in place", inPlace);
        say("pause_median_ms: %.1f", median(pauses));
        say("pause_worst_ms: %.1f", Collections.max(pauses));
        say("cutover_median_ms: %.1f", median(cutovers));
        say("cutover_worst_ms: %.1f", Collections.max(cutovers));
        value("recipe_median_ms", recipes);
        value("rehearsal_median_ms", rehearsals);
        value("recipe_in_place_median_ms", inPlace);
        if (!recipes.isEmpty()) {
            say("pause_vs_recipe: %.3f", median(cutovers) / median(recipes));
        }
    }

    private static void value(String name, List<Double> values) {
        if (!values.isEmpty()) {
            say("%s: %.1f", name, median(values));
        }
    }

    private static void row(String name, List<Double> values) {
        if (!values.isEmpty()) {
            say(
                    "%-9s %8d %8.1f %8.1f %8.1f",
                    name, values.size(), median(values), Collections.min(values), Collections.max(values));
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
