package dev.godwit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How changes are applied. Immutable; made by {@link #builder()}. */
public final class ApplyOptions {
    private final ConflictPolicy conflictPolicy;
    private final int appliers;
    private final int batchRows;
    private final long batchBytes;
    private final long memoryBytes;
    private final long decodingMemoryBytes;
    private final Duration giveUpAfter;
    private final Duration schemaCheckInterval;

    private ApplyOptions(Builder builder) {
        this.conflictPolicy = builder.conflictPolicy;
        this.appliers = builder.appliers;
        this.batchRows = builder.batchRows;
        this.batchBytes = builder.batchBytes;
        this.memoryBytes = builder.memoryBytes;
        this.decodingMemoryBytes = builder.decodingMemoryBytes;
        this.giveUpAfter = builder.giveUpAfter;
        this.schemaCheckInterval = builder.schemaCheckInterval;
    }

    /**
     * Starts from the defaults: a conflict stops the run; one applier; at most 100,000 rows or 64 MiB of source transactions in one
     * target transaction; 48 MiB of changes in memory, 256 MiB on the source; failures that may pass are retried for 30 minutes; the
     * source's schema is looked at every 5 s.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives what happens to a change that does not fit the target.
     *
     * @return the policy
     */
    public ConflictPolicy conflictPolicy() {
        return conflictPolicy;
    }

    /**
     * Gives the number of appliers.
     *
     * @return how many sessions of the target apply changes at a time
     */
    public int appliers() {
        return appliers;
    }

    /**
     * Gives after how many rows a target transaction is committed.
     *
     * @return a number of changed rows
     */
    public int batchRows() {
        return batchRows;
    }

    /**
     * Gives after how much a target transaction is committed.
     *
     * @return bytes of changes
     */
    public long batchBytes() {
        return batchBytes;
    }

    /**
     * Gives what changes may take that are read and not yet applied.
     *
     * @return bytes
     */
    public long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Gives what the source may take to put transactions together.
     *
     * @return bytes; 0 for its own setting
     */
    public long decodingMemoryBytes() {
        return decodingMemoryBytes;
    }

    /**
     * Gives how long failures that may pass are retried.
     *
     * @return the time without a commit
     */
    public Duration giveUpAfter() {
        return giveUpAfter;
    }

    /**
     * Gives how often the source's schema is looked at, and whether triggers or rules were enabled on the target that would fire for
     * changes.
     *
     * @return the interval
     */
    public Duration schemaCheckInterval() {
        return schemaCheckInterval;
    }

    /** Collects the options of applying. Used by one thread. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofDays(365);
        private static final long MOST_BYTES = 1L << 30;
        private static final int MOST_APPLIERS = 16;
        private static final int MOST_ROWS = 1_000_000;
        private static final long LEAST_MEMORY = 1L << 20;
        private static final long MOST_MEMORY = 64L << 30;
        private static final long MOST_DECODING_MEMORY = 1L << 40;

        private ConflictPolicy conflictPolicy = ConflictPolicy.STOP;
        private int appliers = 1;
        private int batchRows = 100_000;
        private long batchBytes = 64L << 20;
        private long memoryBytes = 48L << 20;
        private long decodingMemoryBytes = 256L << 20;
        private Duration giveUpAfter = Duration.ofMinutes(30);
        private Duration schemaCheckInterval = Duration.ofSeconds(5);

        private Builder() {}

        /**
         * Sets what happens to a change that does not fit the target.
         *
         * @param policy default {@link ConflictPolicy#STOP}
         * @return this builder
         */
        public Builder conflictPolicy(ConflictPolicy policy) {
            this.conflictPolicy = policy;
            return this;
        }

        /**
         * Sets after how many changed rows a target transaction is committed, at the next end of a source transaction.
         *
         * @param rows 1 to 1,000,000; default 100,000
         * @return this builder
         */
        public Builder batchRows(int rows) {
            this.batchRows = rows;
            return this;
        }

        /**
         * Sets how many sessions of the target apply changes at a time. With more than one, the changes of large tables are spread
         * by primary key, and those of other tables by table. None commits before all have done their part of a batch; then they
         * do so one right after the other, so whoever reads the target before the cutover may see parts of a transaction.
         *
         * @param number 1 to 16; default 1
         * @return this builder
         */
        public Builder appliers(int number) {
            this.appliers = number;
            return this;
        }

        /**
         * Sets after how many bytes of changes a target transaction is committed, at the next end of a source transaction.
         *
         * @param bytes 1 to 1 GiB; default 64 MiB
         * @return this builder
         */
        public Builder batchBytes(long bytes) {
            this.batchBytes = bytes;
            return this;
        }

        /**
         * Sets how much memory the changes may take that are read and not yet applied, by estimate. A row that is larger than
         * that is taken all the same.
         *
         * @param bytes 1 MiB to 64 GiB; default 48 MiB
         * @return this builder
         */
        public Builder memoryBytes(long bytes) {
            this.memoryBytes = bytes;
            return this;
        }

        /**
         * Sets how much memory the source may use to put transactions together before it writes them to disk, where its own
         * {@code logical_decoding_work_mem} is smaller; servers before 13 have no such setting.
         *
         * @param bytes zero for the source's own setting, at most 1 TiB; default 256 MiB
         * @return this builder
         * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html">PostgreSQL manual: resource
         *     consumption</a>
         */
        public Builder decodingMemoryBytes(long bytes) {
            this.decodingMemoryBytes = bytes;
            return this;
        }

        /**
         * Sets how long failures that may pass, such as a lost connection, are retried without a commit in between; where there was
         * nothing to apply for this time, or for a minute if it is longer, retrying begins anew.
         *
         * @param time zero or more, at most 365 days; default 30 min
         * @return this builder
         */
        public Builder giveUpAfter(Duration time) {
            this.giveUpAfter = time;
            return this;
        }

        /**
         * Sets how often it is looked whether the source's schema was changed, by one query of its catalog. It is looked at
         * before and during the cutover in any case.
         *
         * @param interval 100 ms to 1 day; default 5 s
         * @return this builder
         */
        public Builder schemaCheckInterval(Duration interval) {
            this.schemaCheckInterval = interval;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a value is out of range; all such are named at once
         */
        public ApplyOptions build() {
            List<String> problems = new ArrayList<>();
            if (appliers < 1 || appliers > MOST_APPLIERS) {
                problems.add("appliers must be 1 to 16, not " + appliers);
            }
            if (batchRows < 1 || batchRows > MOST_ROWS) {
                problems.add("batchRows must be 1 to 1,000,000, not " + batchRows);
            }
            if (batchBytes < 1 || batchBytes > MOST_BYTES) {
                problems.add("batchBytes must be 1 to 1 GiB, not " + batchBytes);
            }
            if (memoryBytes < LEAST_MEMORY || memoryBytes > MOST_MEMORY) {
                problems.add("memoryBytes must be 1 MiB to 64 GiB, not " + memoryBytes);
            }
            if (decodingMemoryBytes < 0 || decodingMemoryBytes > MOST_DECODING_MEMORY) {
                problems.add("decodingMemoryBytes must be 0 to 1 TiB, not " + decodingMemoryBytes);
            }
            if (giveUpAfter.isNegative() || giveUpAfter.compareTo(LONGEST) > 0) {
                problems.add("giveUpAfter must not be negative and at most 365 days, not " + giveUpAfter);
            }
            if (schemaCheckInterval.compareTo(Duration.ofMillis(100)) < 0
                    || schemaCheckInterval.compareTo(Duration.ofDays(1)) > 0) {
                problems.add("schemaCheckInterval must be 100 ms to 1 day, not " + schemaCheckInterval);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("ApplyOptions: " + String.join("; ", problems));
            }
            return new ApplyOptions(this);
        }
    }
}
