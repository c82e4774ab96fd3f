package dev.godwit;

import java.util.ArrayList;
import java.util.List;

/**
 * What a migration may cost its source, and what happens beyond that. Looked at about every second while tables are copied, and every
 * few seconds while changes are applied; from four fifths of a limit on a warning is told. Immutable; made by {@link #builder()}.
 */
public final class SourceLimits {
    private final long retainedWalBytes;
    private final long xminAge;
    private final LimitPolicy policy;

    private SourceLimits(Builder builder) {
        this.retainedWalBytes = builder.retainedWalBytes;
        this.xminAge = builder.xminAge;
        this.policy = builder.policy;
    }

    /**
     * Starts from the defaults: no limits, and {@link LimitPolicy#WARN}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the limit of the log that the migration's slots retain.
     *
     * @return bytes; 0 for none
     */
    public long retainedWalBytes() {
        return retainedWalBytes;
    }

    /**
     * Gives the limit of how old the oldest transaction may become that vacuum has to spare for the migration.
     *
     * @return a number of transactions; 0 for none
     */
    public long xminAge() {
        return xminAge;
    }

    /**
     * Gives what happens beyond a limit.
     *
     * @return the policy
     */
    public LimitPolicy policy() {
        return policy;
    }

    /** Collects the limits. Used by one thread. */
    public static final class Builder {
        private long retainedWalBytes;
        private long xminAge;
        private LimitPolicy policy = LimitPolicy.WARN;

        private Builder() {}

        /**
         * Limits the write-ahead log that the source keeps for the migration's slots.
         *
         * @param bytes 0, the default, for no limit
         * @return this builder
         * @see <a href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">pg_replication_slots</a>
         */
        public Builder retainedWal(long bytes) {
            this.retainedWalBytes = bytes;
            return this;
        }

        /**
         * Limits how many transactions the oldest row version may be old that vacuum cannot remove because of the copy's snapshot, or, in
         * the catalogs, because of the slots.
         *
         * @param transactions 0, the default, for no limit
         * @return this builder
         */
        public Builder xminAge(long transactions) {
            this.xminAge = transactions;
            return this;
        }

        /**
         * Sets what happens beyond a limit.
         *
         * @param policy default {@link LimitPolicy#WARN}
         * @return this builder
         */
        public Builder policy(LimitPolicy policy) {
            this.policy = policy;
            return this;
        }

        /**
         * Makes the limits.
         *
         * @return the limits
         * @throws IllegalArgumentException if a limit is negative
         */
        public SourceLimits build() {
            List<String> problems = new ArrayList<>();
            if (retainedWalBytes < 0) {
                problems.add("SourceLimits.retainedWal must be 0 (no limit) or more, not " + retainedWalBytes);
            }
            if (xminAge < 0) {
                problems.add("SourceLimits.xminAge must be 0 (no limit) or more, not " + xminAge);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return new SourceLimits(this);
        }
    }
}
