package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.WriteWorkload;
import dev.godwit.testkit.WriteWorkloadBuilder;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Two writers on the source of a pair, who are sent to the target by the cutover, which has to find both sides identical right before.
 * For one thread, but for the switch.
 */
public final class LiveTraffic implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final PostgresPair pair;
    private final WriteWorkload workload;
    private volatile boolean switched;

    private LiveTraffic(PostgresPair pair, WriteWorkload workload) {
        this.pair = pair;
        this.workload = workload;
    }

    /** Begins to write, to tables of its own, when all statements have been executed on the source. */
    public static LiveTraffic on(PostgresPair pair, String... statements) throws Exception {
        return on(
                pair,
                WriteWorkload.builder(pair.sourceDataSource()).writers(2).thinkTime(Duration.ofMillis(25)),
                statements);
    }

    /** As {@link #on(PostgresPair, String...)}, with writers of one's own. */
    public static LiveTraffic on(PostgresPair pair, WriteWorkloadBuilder writers, String... statements)
            throws Exception {
        WriteWorkload workload = writers.build().createTables();
        pair.source().execute(pair.database(), statements);
        workload.start();
        LiveTraffic traffic = new LiveTraffic(pair, workload);
        traffic.awaitMore(5);
        return traffic;
    }

    /**
     * Compares, does what else is asked for, and only then lets anybody write to the target; once, since who finishes for a process
     * that died cannot know whether it was done.
     */
    public TrafficSwitch switching(Runnable between) {
        return context -> {
            if (!switched) {
                requireIdentical();
                between.run();
                workload.switchTo(pair.targetDataSource());
                switched = true;
            }
        };
    }

    /** Compares, and lets the writers go on there. */
    public TrafficSwitch switching() {
        return switching(() -> {});
    }

    /** Begins a migration whose switch compares, and lets the writers go on at the target. */
    public Migration.Builder migration(String name, Endpoint source, Endpoint target) {
        return migration(name, source, target, () -> {});
    }

    /** As {@link #migration(String, Endpoint, Endpoint)}, with something to be done before the writers are let go. */
    public Migration.Builder migration(String name, Endpoint source, Endpoint target, Runnable between) {
        return Migration.builder()
                .name(name)
                .source(source)
                .target(target)
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(switching(between))
                        .build());
    }

    private void requireIdentical() throws SQLException {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    /** Returns when so many more transactions were acknowledged. */
    public void awaitMore(int transactions) throws InterruptedException {
        workload.awaitAcknowledged(workload.statistics().acknowledged() + transactions, LIMIT);
    }

    /** How many transactions were acknowledged. */
    public long acknowledged() {
        return workload.statistics().acknowledged();
    }

    /** The writers. */
    public WriteWorkload workload() {
        return workload;
    }

    /** They go on after the switch; all that they wrote is on the target, and on the source what is from before. */
    public void requireArrived() throws Exception {
        awaitMore(10);
        workload.stop();
        assertThat(workload.verify(pair.targetDataSource())).as("target").isEmpty();
        assertThat(workload.verifyLeftBehind(pair.sourceDataSource()))
                .as("source")
                .isEmpty();
    }

    @Override
    public void close() {
        workload.close();
    }
}
