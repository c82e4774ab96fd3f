package dev.godwit.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link WriteWorkload}. Defaults: 4 writers, no time to think, a random seed, a journal in memory.
 *
 * <p>Not thread-safe.
 */
public final class WriteWorkloadBuilder {
    private final DataSource dataSource;
    private int writers = 4;
    private long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
    private Duration thinkTime = Duration.ZERO;
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
     * Pause of each writer after each transaction.
     *
     * @param pause not negative
     * @return this builder
     */
    public WriteWorkloadBuilder thinkTime(Duration pause) {
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
     */
    public WriteWorkload build() {
        return new WriteWorkload(
                dataSource,
                thinkTime,
                journal == null
                        ? WorkloadJournal.inMemory(seed, writers)
                        : WorkloadJournal.inFile(seed, writers, journal));
    }
}
