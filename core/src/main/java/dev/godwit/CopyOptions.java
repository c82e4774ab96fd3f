package dev.godwit;

/**
 * How the snapshot is copied. Immutable; made by {@link #builder()}.
 */
public final class CopyOptions {
    private final int workers;

    private CopyOptions(Builder builder) {
        this.workers = builder.workers;
    }

    /**
     * Starts from the defaults: 4 workers.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the number of workers.
     *
     * @return how many tables are copied, or indexed, at a time
     */
    public int workers() {
        return workers;
    }

    /** Collects the options of a copy. Used by one thread. */
    public static final class Builder {
        private int workers = 4;

        private Builder() {}

        /**
         * Sets how many tables are copied, or indexed, at a time. Each worker has one session on either server.
         *
         * @param workers 1 to 64; default 4
         * @return this builder
         */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if the number of workers is out of range
         */
        public CopyOptions build() {
            if (workers < 1 || workers > 64) {
                throw new IllegalArgumentException("CopyOptions.workers must be 1 to 64, not " + workers);
            }
            return new CopyOptions(this);
        }
    }
}
