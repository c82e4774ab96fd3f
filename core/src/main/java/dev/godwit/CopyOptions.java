package dev.godwit;

import dev.godwit.copy.Throttle;
import dev.godwit.copy.Throttles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * How the snapshot is copied. Immutable; made by {@link #builder()}.
 */
public final class CopyOptions {
    private final int workers;

    @Nullable
    private final ExecutorService executor;

    private final long maxBytesPerSecond;
    private final long splitBytes;
    private final long indexMemoryBytes;
    private final Throttle throttle;

    private CopyOptions(Builder builder) {
        this.workers = builder.workers;
        this.executor = builder.executor;
        this.maxBytesPerSecond = builder.maxBytesPerSecond;
        this.splitBytes = builder.splitBytes;
        this.indexMemoryBytes = builder.indexMemoryBytes;
        this.throttle = builder.throttle;
    }

    /**
     * Starts from the defaults: 4 workers on threads of their own, no limit of bytes, no throttle.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the number of workers.
     *
     * @return how many parts of the copy are under way at a time
     */
    public int workers() {
        return workers;
    }

    /**
     * Gives what runs the parts of the copy.
     *
     * @return the executor; empty for threads of Godwit's own
     */
    public Optional<ExecutorService> executor() {
        return Optional.ofNullable(executor);
    }

    /**
     * Gives the limit of what is moved.
     *
     * @return bytes of COPY data per second; 0 for no limit
     */
    public long maxBytesPerSecond() {
        return maxBytesPerSecond;
    }

    /**
     * Gives the size of the parts in which tables are copied.
     *
     * @return bytes on the source; 0 where Godwit decides
     */
    public long splitBytes() {
        return splitBytes;
    }

    /**
     * Gives the memory for building an index.
     *
     * @return bytes on the target
     */
    public long indexMemoryBytes() {
        return indexMemoryBytes;
    }

    /**
     * Gives what decides when the copy pauses.
     *
     * @return the throttle
     */
    public Throttle throttle() {
        return throttle;
    }

    /** Collects the options of a copy. Used by one thread. */
    public static final class Builder {
        private static final long MEBIBYTE = 1 << 20;

        private int workers = 4;

        @Nullable
        private ExecutorService executor;

        private long maxBytesPerSecond;
        private long splitBytes;
        private long indexMemoryBytes = 256 * MEBIBYTE;
        private Throttle throttle = Throttles.none();

        private Builder() {}

        /**
         * Sets how many parts of the copy (tables, parts of large tables, groups of small ones, the building of a table's indexes) are
         * under way at a time. Each has one session on either server. An index is built with parallel workers of the target's server,
         * as far as that has them, in place of workers that have nothing else to do.
         *
         * @param workers 1 to 64; default 4
         * @return this builder
         */
        public Builder workers(int workers) {
            this.workers = workers;
            return this;
        }

        /**
         * Sets what runs the parts of the copy, at most {@code workers} of them at a time. The tasks are serialisable, so it may be the
         * executor of a distributed engine; then {@link Endpoint#credentials(Credentials)} of both endpoints must be given an object that
         * is {@link java.io.Serializable} and looks the secret up where it runs, since tasks hold none. Godwit must be on the class path
         * there. What runs in another process does not report while it runs, and is not held back by the throttle once it
         * has begun.
         *
         * @param executor not shut down by Godwit; it must accept tasks as long as the copy runs, and may run them in any order. Default:
         *     threads of Godwit's own
         * @return this builder
         */
        public Builder executor(ExecutorService executor) {
            this.executor = executor;
            return this;
        }

        /**
         * Limits what the copy moves.
         *
         * @param bytes bytes of COPY data per second, of all workers together; on an executor with several processes each task gets its
         *     share; 0, the default, for no limit
         * @return this builder
         */
        public Builder maxBytesPerSecond(long bytes) {
            this.maxBytesPerSecond = bytes;
            return this;
        }

        /**
         * Sets in parts of which size tables are copied. What is copied in parts cannot be frozen by its copy and is vacuumed
         * afterwards, so by itself Godwit splits only a table of 256 MiB or more that would keep one worker busy long after the others
         * have nothing left. On a source older than 14 a table needs a primary key to be split, of types that the server itself orders
         * (not citext or ltree).
         *
         * @param bytes size on the source with TOAST, without indexes, at least 1 MiB; 0, the default, where Godwit decides
         * @return this builder
         */
        public Builder splitBytes(long bytes) {
            this.splitBytes = bytes;
            return this;
        }

        /**
         * Sets the memory for building an index on the target ({@code maintenance_work_mem}, where that is lower), for each worker.
         *
         * @param bytes 1 MiB to 1 TiB; default 256 MiB
         * @return this builder
         */
        public Builder indexMemory(long bytes) {
            this.indexMemoryBytes = bytes;
            return this;
        }

        /**
         * Sets what decides when the copy pauses.
         *
         * @param throttle asked again and again; default: never
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
        public CopyOptions build() {
            List<String> problems = new ArrayList<>();
            if (workers < 1 || workers > 64) {
                problems.add("CopyOptions.workers must be 1 to 64, not " + workers);
            }
            if (maxBytesPerSecond < 0) {
                problems.add("CopyOptions.maxBytesPerSecond must be 0 (no limit) or more, not " + maxBytesPerSecond);
            }
            if (splitBytes != 0 && splitBytes < MEBIBYTE) {
                problems.add("CopyOptions.splitBytes must be 0 (Godwit decides) or at least " + MEBIBYTE + ", not "
                        + splitBytes);
            }
            if (indexMemoryBytes < MEBIBYTE || indexMemoryBytes > MEBIBYTE * MEBIBYTE) {
                problems.add("CopyOptions.indexMemory must be " + MEBIBYTE + " to " + MEBIBYTE * MEBIBYTE + ", not "
                        + indexMemoryBytes);
            }
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return new CopyOptions(this);
        }
    }
}
