package dev.godwit;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How the cutover is done. Immutable; made by {@link #builder()}. */
public final class CutoverOptions {
    private final WriteFence fence;
    private final TrafficSwitch trafficSwitch;
    private final Duration maxWritePause;
    private final Duration fenceTimeout;
    private final Duration readyLag;
    private final long sequenceMargin;
    private final MaterializedViewRefresh materializedViews;
    private final Duration requireVerified;
    private final int recheckChanges;

    private CutoverOptions(Builder builder) {
        this.fence = builder.fence;
        this.trafficSwitch = builder.trafficSwitch;
        this.maxWritePause = builder.maxWritePause;
        this.fenceTimeout = builder.fenceTimeout;
        this.readyLag = builder.readyLag;
        this.sequenceMargin = builder.sequenceMargin;
        this.materializedViews = builder.materializedViews;
        this.requireVerified = builder.requireVerified;
        this.recheckChanges = builder.recheckChanges;
    }

    /**
     * Starts from the defaults: {@link WriteFences#lockTables()}, traffic switched by hand, a write pause of at most 5 s,
     * 60 s to raise the fence, ready at a lag below 1 s, sequences without a margin, materialized views refreshed before the pause, no
     * verification required.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives what holds back writes to the source.
     *
     * @return the fence
     */
    public WriteFence fence() {
        return fence;
    }

    /**
     * Gives what points the applications at the target.
     *
     * @return the switch
     */
    public TrafficSwitch trafficSwitch() {
        return trafficSwitch;
    }

    /**
     * Gives how long writes may be held back before the cutover is undone.
     *
     * @return from the fence to the switch
     */
    public Duration maxWritePause() {
        return maxWritePause;
    }

    /**
     * Gives how long the fence may take to get hold of the source.
     *
     * @return the time
     */
    public Duration fenceTimeout() {
        return fenceTimeout;
    }

    /**
     * Gives the lag below which the run is ready to cut over.
     *
     * @return time from a commit on the source until it is durable on the target
     */
    public Duration readyLag() {
        return readyLag;
    }

    /**
     * Gives how far the target's sequences are set ahead of the source's.
     *
     * @return values that are left out
     */
    public long sequenceMargin() {
        return sequenceMargin;
    }

    /**
     * Gives when the target's materialized views are refreshed.
     *
     * @return the moment
     */
    public MaterializedViewRefresh materializedViews() {
        return materializedViews;
    }

    /**
     * Gives how old the verification may be without which the cutover is refused.
     *
     * @return the most that may have passed since its snapshots were taken; zero if none is required
     */
    public Duration requireVerified() {
        return requireVerified;
    }

    /**
     * Gives how many rows that were changed since the verification are compared again inside the write pause.
     *
     * @return the most; 0 if none are
     */
    public int recheckChanges() {
        return recheckChanges;
    }

    /** Collects the options of a cutover. Used by one thread. */
    public static final class Builder {
        private static final Duration MORE_THAN_ZERO = Duration.ofNanos(1);
        private static final int MOST_RECHECKED = 1_000_000;
        private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
        /** What can still be added to a clock without an overflow, and more than anybody waits. */
        private static final Duration LONGEST = Duration.ofDays(365);

        private WriteFence fence = WriteFences.lockTables();
        private TrafficSwitch trafficSwitch = TrafficSwitch.byHand();
        private Duration maxWritePause = Duration.ofSeconds(5);
        private Duration fenceTimeout = Duration.ofSeconds(60);
        private Duration readyLag = Duration.ofSeconds(1);
        private long sequenceMargin;
        private MaterializedViewRefresh materializedViews = MaterializedViewRefresh.BEFORE_PAUSE;
        private Duration requireVerified = Duration.ZERO;
        private int recheckChanges;

        private Builder() {}

        /**
         * Sets what holds back writes to the source.
         *
         * @param fence default {@link WriteFences#lockTables()}
         * @return this builder
         */
        public Builder fence(WriteFence fence) {
            this.fence = fence;
            return this;
        }

        /**
         * Sets what points the applications at the target.
         *
         * @param trafficSwitch default {@link TrafficSwitch#byHand()}
         * @return this builder
         */
        public Builder trafficSwitch(TrafficSwitch trafficSwitch) {
            this.trafficSwitch = trafficSwitch;
            return this;
        }

        /**
         * Sets how long writes may be held back before the cutover is undone.
         *
         * @param maxWritePause from the fence to the switch, at least 100 ms; default 5 s
         * @return this builder
         */
        public Builder maxWritePause(Duration maxWritePause) {
            this.maxWritePause = maxWritePause;
            return this;
        }

        /**
         * Sets how long the fence may take to get hold of the source. That is no write pause: the fence tries for a moment,
         * lets writers run, and tries again.
         *
         * @param fenceTimeout more than zero; default 60 s
         * @return this builder
         */
        public Builder fenceTimeout(Duration fenceTimeout) {
            this.fenceTimeout = fenceTimeout;
            return this;
        }

        /**
         * Sets the lag below which the run is ready to cut over.
         *
         * @param readyLag time from a commit on the source until it is durable on the target, more than zero; default 1 s
         * @return this builder
         */
        public Builder readyLag(Duration readyLag) {
            this.readyLag = readyLag;
            return this;
        }

        /**
         * Sets how far the target's sequences are set ahead of where the source's stand, for numbers that somebody else still gives out
         * from a block that was fetched before. Numbers are left out in the direction of the sequence's increment, as if {@code nextval}
         * had been called so many times; fewer where its bound is nearer, so that one is left if the source has one. A sequence that
         * cycles does not begin anew because of it.
         *
         * @param values how many values are left out, at least 0; default 0
         * @return this builder
         */
        public Builder sequenceMargin(long values) {
            this.sequenceMargin = values;
            return this;
        }

        /**
         * Refuses the cutover, before writers wait, unless {@link MigrationRun#verify()} has found both sides equal: every value of every
         * table, and no later verification a difference. What it found is remembered on the target, so a process that resumes the migration
         * goes by it, too.
         *
         * @param maxAge how long ago its snapshots may have been taken, by the target's clock; default zero: no verification is
         *     required
         * @return this builder
         */
        public Builder requireVerified(Duration maxAge) {
            this.requireVerified = maxAge;
            return this;
        }

        /**
         * Sets when the target's materialized views are refreshed.
         *
         * @param refresh default {@link MaterializedViewRefresh#BEFORE_PAUSE}
         * @return this builder
         */
        public Builder materializedViews(MaterializedViewRefresh refresh) {
            this.materializedViews = refresh;
            return this;
        }

        /**
         * Compares the rows that were changed since the verification once more inside the write pause, when the last change is applied; a
         * difference undoes the cutover. It requires a verification as {@link #requireVerified} does, if not told otherwise of whatever
         * age. The keys of these rows are kept in memory from the verification on. The cutover is refused, before writers wait, if there
         * are more than allowed, if a table was truncated since or one without a key was changed, if a replica identity was changed so that
         * rows are found by other columns, and in a process other than the one that
         * has verified: then verify again. Of the pause some 10,000 rows take a part of a second.
         *
         * @param mostRows how many changed rows at most, 1,000,000 at most; default 0: nothing is compared again
         * @return this builder
         */
        public Builder recheckChanges(int mostRows) {
            this.recheckChanges = mostRows;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a value is out of range; all such are named at once
         */
        public CutoverOptions build() {
            List<String> problems = new ArrayList<>();
            check(problems, "maxWritePause", maxWritePause, SHORTEST_PAUSE, "at least 100 ms");
            check(problems, "fenceTimeout", fenceTimeout, MORE_THAN_ZERO, "more than zero");
            check(problems, "readyLag", readyLag, MORE_THAN_ZERO, "more than zero");
            if (sequenceMargin < 0) {
                problems.add("sequenceMargin must be at least 0, not " + sequenceMargin);
            }
            check(problems, "requireVerified", requireVerified, Duration.ZERO, "zero or more");
            if (recheckChanges < 0 || recheckChanges > MOST_RECHECKED) {
                problems.add("recheckChanges must be 0 to 1,000,000, not " + recheckChanges);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("CutoverOptions: " + String.join("; ", problems));
            }
            return new CutoverOptions(this);
        }

        private static void check(
                List<String> problems, String option, Duration value, Duration shortest, String inWords) {
            if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
                problems.add(option + " must be " + inWords + " and at most 365 days, not " + value);
            }
        }
    }
}
