package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long after its commit a row is visible on the target, while the source has 70% of the load that it can bear.
 *
 * <p>A session commits a probe every 20 ms and notes the time; another looks on the target every 2 ms for the last probe. One
 * contender after the other, each alone.
 */
final class DelayMeasurement {

    private static final double SHARE_OF_PEAK = 0.7;
    private static final int PEAK_SECONDS = 10;
    private static final int LEAD_IN_SECONDS = 3;
    private static final int PROBE_MILLIS = 20;
    private static final int LOOK_MILLIS = 2;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int SEED = 7;

    private final BenchOptions options;
    private final BenchDatabase database;
    private final SimpleUpdate load;
    private long lastProbe;

    DelayMeasurement(BenchOptions options, BenchDatabase database) {
        this.options = options;
        this.database = database;
        load = SimpleUpdate.on(database, OltpWorkload.pgbenchScale(options));
    }

    void run(Map<String, Contender> contenders) throws Exception {
        database.servers().checkpoint();
        double peak = load.run(load(PEAK_SECONDS, 0));
        StringJoiner half = new StringJoiner(" ", "delay_p50_ms ", "");
        StringJoiner most = new StringJoiner(" ", "delay_p99_ms ", "");
        for (String name : List.of(BenchOptions.GODWIT, BenchOptions.NATIVE)) {
            Contender contender = contenders.get(name);
            if (contender != null) {
                double[] delays = measure(contender, peak * SHARE_OF_PEAK);
                half.add(percentile(name, delays, 0.5));
                most.add(percentile(name, delays, 0.99));
            }
        }
        System.out.println(String.format(
                Locale.ROOT,
                "delay from commit to visible, at %.0f of %.0f transactions a second",
                peak * SHARE_OF_PEAK,
                peak));
        System.out.println(half);
        System.out.println(most);
    }

    private SimpleUpdate.Load load(int seconds, double rate) {
        return new SimpleUpdate.Load(OltpWorkload.CLIENTS, 0, seconds, rate, true, SEED);
    }

    private static String percentile(String name, double[] sorted, double part) {
        return String.format(Locale.ROOT, "%s=%.1f", name, sorted[(int) Math.floor(part * (sorted.length - 1))]);
    }

    private double[] measure(Contender contender, double rate) throws Exception {
        List<String> slots = List.of(contender.name());
        Lsn from = database.createSlots(slots).getOrDefault(contender.name(), Lsn.ZERO);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Contender.Running running = contender.prepare(database, from)) {
            database.servers().checkpoint();
            running.start();
            int seconds = options.delaySeconds() + LEAD_IN_SECONDS;
            Future<Double> loading = threads.submit(() -> load.run(load(seconds, rate)));
            Thread.sleep(Duration.ofSeconds(LEAD_IN_SECONDS).toMillis());
            double[] delays = probe(contender.name(), threads);
            loading.get();
            running.await(database.mark());
            return delays;
        } finally {
            threads.shutdownNow();
            database.dropSlots(slots);
        }
    }

    private double[] probe(String applier, ExecutorService threads) throws Exception {
        int count = (int) (Duration.ofSeconds(options.delaySeconds()).toMillis() / PROBE_MILLIS);
        long first = lastProbe + 1;
        lastProbe += count;
        Future<long[]> seen = threads.submit(() -> look(applier, first, count));
        long[] committed = commit(first, count);
        long[] visible = seen.get();
        double[] delays = new double[count];
        for (int i = 0; i < count; i++) {
            delays[i] = (visible[i] - committed[i]) / NANOS_PER_MILLI;
        }
        Arrays.sort(delays);
        return delays;
    }

    private long[] commit(long first, int count) throws SQLException, InterruptedException {
        long[] times = new long[count];
        try (Connection session = database.source().open();
                PreparedStatement insert =
                        session.prepareStatement("INSERT INTO public.bench_probe VALUES (?, clock_timestamp())")) {
            for (int i = 0; i < count; i++) {
                insert.setLong(1, first + i);
                insert.executeUpdate();
                times[i] = System.nanoTime();
                Thread.sleep(PROBE_MILLIS);
            }
        }
        return times;
    }

    private long[] look(String applier, long first, int count) throws SQLException, InterruptedException {
        long[] times = new long[count];
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int seen = 0;
        try (Connection session = database.targetOf(applier).open();
                PreparedStatement query =
                        session.prepareStatement("SELECT coalesce(max(id), 0) FROM public.bench_probe")) {
            while (seen < count) {
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    long now = System.nanoTime();
                    for (long last = row.getLong(1); seen < count && first + seen <= last; seen++) {
                        times[seen] = now;
                    }
                    if (now > deadline) {
                        throw new IllegalStateException("probes were not visible within " + LIMIT);
                    }
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
        return times;
    }
}
