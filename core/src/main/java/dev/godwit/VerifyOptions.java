package dev.godwit;

import dev.godwit.copy.Throttle;
import dev.godwit.copy.Throttles;
import dev.godwit.internal.verify.VerifySettings;
import dev.godwit.result.VerificationMode;
import dev.godwit.result.VerificationScope;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a verification compares, and how. Immutable; made by {@link #builder()}. */
public final class VerifyOptions {
    private final VerificationMode mode;
    private final double sample;

    @Nullable
    private final Predicate<TableName> tables;

    private final int workers;
    private final long chunkBytes;
    private final int maxDifferences;
    private final boolean withValues;
    private final boolean schema;
    private final boolean sequences;
    private final Throttle throttle;

    private VerifyOptions(Builder builder) {
        this.mode = builder.mode;
        this.sample = builder.sample;
        this.tables = builder.tables;
        this.workers = builder.workers;
        this.chunkBytes = builder.chunkBytes;
        this.maxDifferences = builder.maxDifferences;
        this.withValues = builder.withValues;
        this.schema = builder.schema;
        this.sequences = builder.sequences;
        this.throttle = builder.throttle;
    }

    /**
     * Starts from the defaults: every value of every migrated table, schema and sequences too, with 2 workers, without values in the report
     * and without a throttle.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives how rows are compared.
     *
     * @return the mode
     */
    public VerificationMode mode() {
        return mode;
    }

    /**
     * Gives the share of each table that is compared.
     *
     * @return above 0, at most 1
     */
    public double sample() {
        return sample;
    }

    /**
     * Gives which tables are compared.
     *
     * @return decides for each migrated table; empty for all of them
     */
    public Optional<Predicate<TableName>> tables() {
        return Optional.ofNullable(tables);
    }

    /**
     * Gives the number of workers.
     *
     * @return how many parts are compared at a time
     */
    public int workers() {
        return workers;
    }

    /**
     * Gives the size of the parts in which tables are compared.
     *
     * @return bytes on the source
     */
    public long chunkBytes() {
        return chunkBytes;
    }

    /**
     * Gives how many differing rows are named.
     *
     * @return the most for each table
     */
    public int maxDifferences() {
        return maxDifferences;
    }

    /**
     * Tells whether the report holds the values of differing rows.
     *
     * @return true if it does
     */
    public boolean withValues() {
        return withValues;
    }

    /**
     * Tells whether definitions are compared.
     *
     * @return true if they are
     */
    public boolean schema() {
        return schema;
    }

    /**
     * Tells whether sequences are compared.
     *
     * @return true if they are
     */
    public boolean sequences() {
        return sequences;
    }

    /**
     * Gives what decides when the verification pauses.
     *
     * @return the throttle
     */
    public Throttle throttle() {
        return throttle;
    }

    VerifySettings settings() {
        VerificationScope scope = new VerificationScope(mode, sample, tables == null, schema, sequences);
        Predicate<TableName> all = name -> true;
        return new VerifySettings(
                scope, tables == null ? all : tables, workers, chunkBytes, maxDifferences, withValues, throttle);
    }

    /** Collects the options of a verification. Used by one thread. */
    public static final class Builder {
        private static final long MEBIBYTE = 1 << 20;

        private VerificationMode mode = VerificationMode.EXACT;
        private double sample = 1;

        @Nullable
        private Predicate<TableName> tables;

        private int workers = 2;
        private long chunkBytes = 64 * MEBIBYTE;
        private int maxDifferences = 100;
        private boolean withValues;
        private boolean schema = true;
        private boolean sequences = true;
        private Throttle throttle = Throttles.none();

        private Builder() {}

        /**
         * Sets how rows are compared.
         *
         * @param mode default {@link VerificationMode#EXACT}
         * @return this builder
         */
        public Builder mode(VerificationMode mode) {
            this.mode = mode;
            return this;
        }

        /**
         * Compares only a part of each table: of the parts of {@link #chunkBytes} that share, chosen at random, at least one. The report
         * then says no more than that no difference was found in the sample. For {@link VerificationMode#EXACT} only.
         *
         * @param share above 0, at most 1; default 1
         * @return this builder
         */
        public Builder sample(double share) {
            this.sample = share;
            return this;
        }

        /**
         * Compares only some of the migrated tables.
         *
         * @param tables decides, such as a {@link TableFilter}; default: all
         * @return this builder
         */
        public Builder tables(Predicate<TableName> tables) {
            this.tables = tables;
            return this;
        }

        /**
         * Sets how many parts are compared at a time. Each has one session on either server.
         *
         * @param workers 1 to 64; default 2
         * @return this builder
         */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /**
         * Sets in parts of which size tables are compared. Between two parts the throttle is asked; a part in which something differs is
         * read up to twice more.
         *
         * @param bytes size on the source without indexes, at least 64 KiB; default 64 MiB
         * @return this builder
         */
        public Builder chunkBytes(long bytes) {
            this.chunkBytes = bytes;
            return this;
        }

        /**
         * Sets how many differing rows of each table are named. Their number is exact in any case.
         *
         * @param rows 0 to 100,000; default 100
         * @return this builder
         */
        public Builder maxDifferences(int rows) {
            this.maxDifferences = rows;
            return this;
        }

        /**
         * Puts the values of differing rows into the report, its JSON and its table. They are then in this process's memory and
         * wherever you print them; exceptions, events and logs never hold them.
         *
         * @param values default false
         * @return this builder
         */
        public Builder withValues(boolean values) {
            this.withValues = values;
            return this;
        }

        /**
         * Compares the definitions of tables, indexes, constraints and all else that {@code SchemaPreparers.fromCatalog()} carries.
         *
         * @param compared default true
         * @return this builder
         */
        public Builder schema(boolean compared) {
            this.schema = compared;
            return this;
        }

        /**
         * Looks whether each sequence of the source is on the target, and can be set there to where the source's stands. Where the
         * target's stands is not compared, since the cutover sets it.
         *
         * @param compared default true
         * @return this builder
         */
        public Builder sequences(boolean compared) {
            this.sequences = compared;
            return this;
        }

        /**
         * Sets what decides when the verification pauses.
         *
         * @param throttle asked before each part; default: never
         * @return this builder
         */
        public Builder throttle(Throttle throttle) {
            this.throttle = throttle;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if a value is out of range; all are named at once
         */
        public VerifyOptions build() {
            List<String> problems = new ArrayList<>();
            if (!(sample > 0 && sample <= 1)) {
                problems.add("VerifyOptions.sample must be above 0 and at most 1, not " + sample);
            }
            if (sample < 1 && mode == VerificationMode.COUNTS) {
                problems.add("VerifyOptions.sample is for the mode EXACT; COUNTS counts all rows");
            }
            if (workers < 1 || workers > 64) {
                problems.add("VerifyOptions.workers must be 1 to 64, not " + workers);
            }
            if (chunkBytes < MEBIBYTE / 16) {
                problems.add("VerifyOptions.chunkBytes must be at least " + MEBIBYTE / 16 + ", not " + chunkBytes);
            }
            if (maxDifferences < 0 || maxDifferences > 100_000) {
                problems.add("VerifyOptions.maxDifferences must be 0 to 100000, not " + maxDifferences);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return new VerifyOptions(this);
        }
    }
}
