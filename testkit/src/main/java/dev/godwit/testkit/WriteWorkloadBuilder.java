package dev.godwit.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link WriteWorkload}. Defaults: 4 writers, no time to think and no limit of the rate, each {@link WorkloadKind} with its
 * default weight, a random seed, a journal in memory.
 *
 * <p>Not thread-safe.
 */
public final class WriteWorkloadBuilder {
    private final DataSource dataSource;
    private int writers = 4;
    private long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
    private Map<WorkloadKind, Integer> mix = WorkloadPlan.defaultMix();
    private Duration thinkTime = Duration.ZERO;
    private double rate;
    private @Nullable Path journal;

    WriteWorkloadBuilder(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Number of writers, each with a connection and a thread.
     *
     * @param count 1 to 1000
     * @return this builder
     */
    public WriteWorkloadBuilder writers(int count) {
        if (count < 1 || count > 1000) {
            throw new IllegalArgumentException("writers must be 1 to 1000, was " + count);
        }
        this.writers = count;
        return this;
    }

    /**
     * Decides what the writers do, so that a run can be repeated.
     *
     * @param number any
     * @return this builder
     */
    public WriteWorkloadBuilder seed(long number) {
        this.seed = number;
        return this;
    }

    /**
     * How often each kind of writes is done, in proportion to the others, for example
     * {@code Map.of(WorkloadKind.BANK, 3, WorkloadKind.TRUNCATES, 1)}. Replaces all weights.
     *
     * @param weights 0 to 1000 each, not all 0; a kind that is missing is not done
     * @return this builder
     */
    public WriteWorkloadBuilder mix(Map<WorkloadKind, Integer> weights) {
        Map<WorkloadKind, Integer> none = new EnumMap<>(WorkloadKind.class);
        mix = none;
        weights.forEach(this::weight);
        if (weights.values().stream().allMatch(weight -> weight == 0)) {
            throw new IllegalArgumentException("mix must have a kind with a weight above 0, was " + weights);
        }
        return this;
    }

    /**
     * How often one kind of writes is done, in proportion to the others; the rest of the weights stays as it is.
     *
     * @param kind the kind
     * @param weight 0 for never, up to 1000
     * @return this builder
     */
    public WriteWorkloadBuilder weight(WorkloadKind kind, int weight) {
        if (weight < 0 || weight > 1000) {
            throw new IllegalArgumentException("weight of " + kind + " must be 0 to 1000, was " + weight);
        }
        mix.put(kind, weight);
        return this;
    }

    /**
     * How many transactions all writers together begin in a second, at most: fewer if the database does not keep up with so many
     * writers. What was missed while it did not answer for more than a second is not made up for.
     *
     * @param transactionsPerSecond more than 0; in the place of a {@link #thinkTime}
     * @return this builder
     */
    public WriteWorkloadBuilder rate(double transactionsPerSecond) {
        if (!(transactionsPerSecond > 0)) {
            throw new IllegalArgumentException("rate must be more than 0 per second, was " + transactionsPerSecond);
        }
        this.rate = transactionsPerSecond;
        return this;
    }

    /**
     * Pause of each writer after each transaction.
     *
     * @param pause not negative
     * @return this builder
     */
    public WriteWorkloadBuilder thinkTime(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("thinkTime must not be negative, was " + pause);
        }
        this.thinkTime = pause;
        return this;
    }

    /**
     * Writes the journal to a file, which outlives a kill of this process: {@link WriteWorkload#verify(Path, DataSource)}.
     *
     * @param file must not exist
     * @return this builder
     */
    public WriteWorkloadBuilder journal(Path file) {
        this.journal = file;
        return this;
    }

    /**
     * Creates the workload, and its journal file; nothing is written to the database yet.
     *
     * @return the workload
     * @throws IllegalStateException if it has both a rate and a time to think, or no kind with a weight above 0
     */
    public WriteWorkload build() {
        if (rate > 0 && !thinkTime.isZero()) {
            throw new IllegalStateException("A workload has a rate or a thinkTime, not both; leave one out");
        }
        WorkloadPlan plan = new WorkloadPlan(seed, writers, mix);
        if (plan.kinds().isEmpty()) {
            throw new IllegalStateException("No kind of writes has a weight above 0; give one a weight");
        }
        Path file = journal;
        return new WriteWorkload(
                dataSource,
                new Pace(rate > 0 ? Duration.ofNanos((long) (1e9 * writers / rate)) : Duration.ZERO, thinkTime),
                file == null ? WorkloadJournal.inMemory(plan) : WorkloadJournal.inFile(plan, file));
    }

    /** How long a writer waits: from begin to begin, and from end to begin. */
    record Pace(Duration interval, Duration thinkTime) {}
}
