package dev.godwit.replication.apply;

import static dev.godwit.replication.apply.ApplyLimits.check;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.stream.ChangeStreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber applies, and how. Immutable.
 *
 * <p>Defaults: one applier; a target transaction of at most 100,000 rows, 64 MiB and 500 ms; 48 MiB of changes in memory here and
 * 256 MiB on the source; failures that may pass are retried for 30 minutes without a commit; a conflict ends it.
 */
public final class SubscriberOptions {

    private final ServerConnections source;
    private final ServerConnections target;
    private final String slot;
    private final String publication;
    private final Map<RelationName, Lsn> syncPoints;
    private final ApplyProgress progress;
    private final String name;
    private final ApplyLimits limits;
    private final Duration giveUpAfter;
    private final boolean synchronousCommit;
    private final Duration silence;
    private final SubscriberListener listener;
    private final @Nullable ExceptionTable exceptions;
    private final @Nullable RelationShapes relationShapes;
    private final ChangeTracker tracker;

    private SubscriberOptions(Builder builder) {
        source = Objects.requireNonNull(builder.source, "source");
        target = Objects.requireNonNull(builder.target, "target");
        slot = Objects.requireNonNull(builder.slot, "slot");
        publication = Objects.requireNonNull(builder.publication, "publication");
        syncPoints = Map.copyOf(Objects.requireNonNull(builder.syncPoints, "syncPoints"));
        progress = Objects.requireNonNull(builder.progress, "progress");
        name = builder.name;
        limits = builder.limits();
        giveUpAfter = builder.giveUpAfter;
        synchronousCommit = builder.synchronousCommit;
        silence = builder.silence;
        listener = builder.listener;
        exceptions = builder.exceptions;
        relationShapes = builder.relationShapes;
        tracker = builder.tracker;
    }

    /**
     * Begins new options.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    ServerConnections source() {
        return source;
    }

    ServerConnections target() {
        return target;
    }

    String slot() {
        return slot;
    }

    String publication() {
        return publication;
    }

    Map<RelationName, Lsn> syncPoints() {
        return syncPoints;
    }

    ApplyProgress progress() {
        return progress;
    }

    String name() {
        return name;
    }

    ApplyLimits limits() {
        return limits;
    }

    Duration giveUpAfter() {
        return giveUpAfter;
    }

    boolean synchronousCommit() {
        return synchronousCommit;
    }

    Duration silence() {
        return silence;
    }

    Observer observer() {
        return new Observer(name, listener);
    }

    /** Where conflicts are recorded; null if they stop the subscriber. */
    @Nullable
    ExceptionTable exceptions() {
        return exceptions;
    }

    /** Where the known shapes are; null if only missing tables and columns are noticed. */
    @Nullable
    RelationShapes relationShapes() {
        return relationShapes;
    }

    ChangeTracker tracker() {
        return tracker;
    }

    /** Collects options; used by one thread. */
    public static final class Builder {

        private @Nullable ServerConnections source;
        private @Nullable ServerConnections target;
        private @Nullable String slot;
        private @Nullable String publication;
        private @Nullable Map<RelationName, Lsn> syncPoints;
        private @Nullable ApplyProgress progress;
        private String name = "godwit";
        private int batchRows = 100_000;
        private long batchBytes = 64L << 20;
        private Duration batchDelay = Duration.ofMillis(500);
        private long memoryBytes = 48L << 20;
        private long decodingMemoryBytes = 256L << 20;
        private int appliers = 1;
        private Duration giveUpAfter = Duration.ofMinutes(30);
        private boolean synchronousCommit;
        private Duration silence = ChangeStreamOptions.DEFAULT_SILENCE;
        private SubscriberListener listener = new SubscriberListener() {};
        private @Nullable ExceptionTable exceptions;
        private @Nullable RelationShapes relationShapes;
        private ChangeTracker tracker = new ChangeTracker();

        private Builder() {}

        /**
         * Sets where changes come from; required.
         *
         * @param source the server of the slot
         * @return this builder
         */
        public Builder source(ServerConnections source) {
            this.source = source;
            return this;
        }

        /**
         * Sets where changes go to; required.
         *
         * @param target the server with the tables, under a role that may set {@code session_replication_role}
         * @return this builder
         */
        public Builder target(ServerConnections target) {
            this.target = target;
            return this;
        }

        /**
         * Sets the replication slot; required.
         *
         * @param slot its name
         * @return this builder
         */
        public Builder slot(String slot) {
            this.slot = slot;
            return this;
        }

        /**
         * Sets the publication; required.
         *
         * @param publication its name
         * @return this builder
         */
        public Builder publication(String publication) {
            this.publication = publication;
            return this;
        }

        /**
         * Sets from where on changes of each table count; required.
         *
         * @param syncPoints for every published table the consistent point of the snapshot it was copied from: a change
         *     counts if its transaction's commit LSN is at or beyond it
         * @return this builder
         */
        public Builder syncPoints(Map<RelationName, Lsn> syncPoints) {
            this.syncPoints = syncPoints;
            return this;
        }

        /**
         * Sets where the applied position is kept; required.
         *
         * @param progress such as a {@link ProgressTable}
         * @return this builder
         */
        public Builder progress(ApplyProgress progress) {
            this.progress = progress;
            return this;
        }

        /**
         * Sets the prefix of log lines and thread names; default {@code godwit}.
         *
         * @param name such as {@code godwit-orders}
         * @return this builder
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets after how many changed rows a target transaction is committed at the next end of a source transaction.
         *
         * @param rows at least 1
         * @return this builder
         */
        public Builder batchRows(int rows) {
            batchRows = rows;
            return this;
        }

        /**
         * Sets after how many bytes of messages a target transaction is committed at the next end of a source transaction.
         *
         * @param bytes at least 1
         * @return this builder
         */
        public Builder batchBytes(long bytes) {
            batchBytes = bytes;
            return this;
        }

        /**
         * Sets after which time a target transaction is committed at the next end of a source transaction, while more
         * changes are waiting; without any waiting it is committed at once.
         *
         * @param delay zero or more
         * @return this builder
         */
        public Builder batchDelay(Duration delay) {
            batchDelay = delay;
            return this;
        }

        /**
         * Sets how much memory the changes may take that are read and not yet applied, by estimate. A row that is larger than
         * that is taken all the same.
         *
         * @param bytes at least 1
         * @return this builder
         */
        public Builder memoryBytes(long bytes) {
            memoryBytes = bytes;
            return this;
        }

        /**
         * Sets how much memory the source may use to put transactions together before it writes them to disk, on servers from 13
         * on and where its own setting is smaller.
         *
         * @param bytes zero for the source's own setting, or more
         * @return this builder
         * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html">PostgreSQL manual:
         *     logical_decoding_work_mem</a>
         */
        public Builder decodingMemoryBytes(long bytes) {
            decodingMemoryBytes = bytes;
            return this;
        }

        /**
         * Sets how long failures that may pass are retried without a commit in between; where there was nothing to apply for this time,
         * or for a minute if it is longer, retrying begins anew.
         *
         * @param time zero or more
         * @return this builder
         */
        public Builder giveUpAfter(Duration time) {
            giveUpAfter = time;
            return this;
        }

        /**
         * Sets whether each commit on the target waits for the disk; default false. Without, a crash of the target takes back the
         * last commits, which the source then sends again: positions are confirmed, and waited for, only once they are durable.
         *
         * @param on false for {@code synchronous_commit = off}
         * @return this builder
         */
        public Builder synchronousCommit(boolean on) {
            synchronousCommit = on;
            return this;
        }

        /**
         * Sets how long the source may send nothing although it is asked every second, before the connection is taken for dead
         * and opened anew; twice as long each further time in a row. Default 60 s.
         *
         * @param time more than zero
         * @return this builder
         */
        public Builder silence(Duration time) {
            silence = time;
            return this;
        }

        /**
         * Sets the observer.
         *
         * @param listener called on the applying thread
         * @return this builder
         */
        public Builder listener(SubscriberListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets where changes that do not fit are recorded, so that the rest goes on; by default there is no such table and a
         * conflict stops the subscriber. What is no conflict in the sense of {@link ConflictException.Kind} stops it anyway.
         *
         * @param table the table, created before the subscriber is started
         * @return this builder
         */
        public Builder recordConflictsIn(ExceptionTable table) {
            exceptions = table;
            return this;
        }

        /**
         * Sets the known shapes of the source's tables: one that is sent differently and does not fit the target ends the
         * subscriber with a {@link SchemaChangedException} before the first change in it. By default there are none, and only
         * missing tables and columns are noticed.
         *
         * @param shapes captured before the tables were copied
         * @return this builder
         */
        public Builder relationShapes(RelationShapes shapes) {
            relationShapes = shapes;
            return this;
        }

        /**
         * Tells which rows are changed.
         *
         * @param changes told on the collecting thread, before a change is applied; default: nobody is told
         * @return this builder
         */
        public Builder tracker(ChangeTracker changes) {
            tracker = changes;
            return this;
        }

        /**
         * Sets how many sessions of the target apply changes at a time; default 1. With more, changes of the largest tables are
         * spread by their keys, and others by their tables; the parts of a transaction are committed one right after the other.
         *
         * @param number at least 1; more than one needs a {@link ProgressTable}
         * @return this builder
         */
        public Builder appliers(int number) {
            appliers = number;
            return this;
        }

        /**
         * Checks and completes the options.
         *
         * @return the options
         * @throws IllegalArgumentException naming every problem
         */
        public SubscriberOptions build() {
            List<String> problems = new ArrayList<>();
            check(problems, source != null, "source is missing");
            check(problems, target != null, "target is missing");
            check(problems, slot != null, "slot is missing");
            check(problems, publication != null, "publication is missing");
            check(problems, syncPoints != null, "syncPoints are missing");
            check(problems, progress != null, "progress is missing");
            limits().addProblems(problems);
            check(problems, appliers == 1 || progress instanceof ProgressTable, "appliers need a ProgressTable");
            check(problems, silence.compareTo(Duration.ZERO) > 0, "silence must be positive, is " + silence);
            check(problems, !giveUpAfter.isNegative(), "giveUpAfter must not be negative, is " + giveUpAfter);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            return new SubscriberOptions(this);
        }

        private ApplyLimits limits() {
            return new ApplyLimits(appliers, batchRows, batchBytes, batchDelay, memoryBytes, decodingMemoryBytes);
        }
    }
}
