package dev.godwit.internal.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.apply.ChangeCounts;
import dev.godwit.replication.apply.SubscriberStatus;
import dev.godwit.schema.TableName;
import dev.godwit.status.AppliedChanges;
import dev.godwit.status.CopyStatus;
import dev.godwit.status.FailureStatus;
import dev.godwit.status.MigrationState;
import dev.godwit.status.MigrationStatus;
import dev.godwit.status.ReverseStatus;
import dev.godwit.status.ServerStatus;
import dev.godwit.status.TableStatus;
import dev.godwit.status.VerificationStatus;
import dev.godwit.status.WriteSide;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a run stands: told by its parts as it goes on, and asked by anybody. Safe for use by any thread; nobody waits for long. */
public final class StatusBoard {
    /** A new process goes on from the phase before. */
    private static final Set<MigrationPhase> OF_THE_PROCESS =
            EnumSet.of(MigrationPhase.PAUSED, MigrationPhase.FAILED, MigrationPhase.CANCELLED);

    private static final Set<MigrationPhase> LOADED = EnumSet.of(
            MigrationPhase.CATCH_UP,
            MigrationPhase.READY_TO_CUTOVER,
            MigrationPhase.CUTOVER,
            MigrationPhase.COMPLETED,
            MigrationPhase.REVERSE_SYNC,
            MigrationPhase.ROLLBACK,
            MigrationPhase.ROLLED_BACK,
            MigrationPhase.FINALIZED);

    private final Clock clock;
    private final Runnable onChange;
    private final ReplicationTracker replication;
    private final Map<TableName, TableProgress> tables = new TreeMap<>();
    /** Changes applied, per stream: the migration's own, and that of tables that join. */
    private final Map<String, Map<RelationName, ChangeCounts>> streams = new HashMap<>();

    private MigrationStatus stored;
    private String sourceVersion;
    private MigrationPhase phase;
    private boolean loaded;
    private boolean abandoned;
    private @Nullable Instant ended;
    private @Nullable CopyStatus copy;
    private @Nullable String throttled;
    private @Nullable FailureStatus failure;
    private VerificationStatus verification;
    private WriteSide writes;
    private @Nullable ReverseStatus reverse;

    /**
     * Begins with what the target remembers.
     *
     * @param onChange called after a change that others should soon learn of; must return at once
     */
    StatusBoard(StatusStore.Loaded loaded, Clock clock, Runnable onChange) {
        this.clock = clock;
        this.onChange = onChange;
        this.replication = new ReplicationTracker(clock);
        this.stored = loaded.status();
        this.sourceVersion = loaded.status().source().version() == null
                ? ""
                : loaded.status().source().version();
        this.phase = loaded.recorded();
        this.verification = loaded.status().verification();
        this.loaded = LOADED.contains(loaded.recorded());
        // Of a cutover in which a process died it is not known before it is finished or undone.
        this.writes = Objects.requireNonNullElse(sideIn(phase), WriteSide.NEITHER);
        if (phase.isCutOver()) {
            ended = stored.endedOn();
            replication.end();
        }
        load(loaded);
    }

    /** Takes what the target remembers of the tables; nothing is being copied or applied. */
    public synchronized void load(StatusStore.Loaded loaded) {
        stored = loaded.status();
        streams.clear();
        streams.putAll(loaded.counts());
        if (loaded.applied() != null) {
            replication.settledAt(loaded.applied());
        }
        Map<TableName, TableProgress> before = new HashMap<>(tables);
        tables.clear();
        for (TableStatus table : stored.tables()) {
            TableName name = new TableName(table.schema(), table.table());
            TableProgress known = before.get(name);
            // What was seen here and is not stored yet is newer.
            boolean same = known != null && known.load().state() == table.load().state();
            tables.put(name, same ? known : new TableProgress(table.load(), table.lastModified()));
        }
    }

    /** The run has entered a phase. */
    public void entered(MigrationPhase entered) {
        synchronized (this) {
            phase = entered;
            if (!OF_THE_PROCESS.contains(entered)) {
                loaded = LOADED.contains(entered);
                failure = null;
            }
            writes = Objects.requireNonNullElse(sideIn(entered), writes);
            if (entered == MigrationPhase.ROLLED_BACK || entered == MigrationPhase.FINALIZED) {
                reverse = null;
            }
            if (entered.isCutOver() || entered == MigrationPhase.CANCELLED) {
                failure = null;
                ended = ended == null ? clock.instant() : ended;
                replication.end();
            }
        }
        onChange.run();
    }

    /** Gives where applications may write in a phase; null where that is as it was. */
    private static @Nullable WriteSide sideIn(MigrationPhase phase) {
        return switch (phase) {
            case CREATED, PREFLIGHT, SCHEMA, SNAPSHOT, CATCH_UP, READY_TO_CUTOVER, ROLLED_BACK -> WriteSide.SOURCE;
            case COMPLETED, REVERSE_SYNC, FINALIZED -> WriteSide.TARGET;
            case CUTOVER, ROLLBACK, PAUSED, FAILED, CANCELLED -> null;
        };
    }

    /** Applications may write elsewhere from now on, or nowhere. */
    public void writes(WriteSide side) {
        boolean news;
        synchronized (this) {
            news = side != writes;
            writes = side;
        }
        if (news) {
            onChange.run();
        }
    }

    /** The way back stands so. */
    public synchronized void reverse(@Nullable ReverseStatus now) {
        reverse = now;
    }

    /** The run is about to stand still. */
    public void stopped(String reason, String nextStep) {
        synchronized (this) {
            failure = new FailureStatus(reason, nextStep);
        }
        onChange.run();
    }

    /** This process runs it no longer. */
    synchronized void abandon() {
        abandoned = true;
    }

    private TableProgress progress(TableName table) {
        return tables.computeIfAbsent(table, name -> new TableProgress(TableStatus.FullLoad.QUEUED, null));
    }

    /** A table waits to be copied. */
    public synchronized void queued(TableName table, long estimatedRows, long sourceBytes) {
        progress(table).queued(estimatedRows, sourceBytes, clock.instant());
    }

    /** So much of a table was sent to the target. */
    public synchronized void moved(TableName table, long rows, long bytes) {
        progress(table).moved(rows, bytes, clock.instant());
    }

    /** A table's rows are committed. */
    public synchronized void copied(TableName table, long rows, long bytes, Duration took) {
        progress(table).copied(rows, bytes, took, clock.instant());
    }

    /** A table could not be copied; what is said must hold no row values. */
    public synchronized void failed(TableName table, String error) {
        progress(table).failed(error, clock.instant());
    }

    /** The copy as a whole goes on. */
    public synchronized void copying(CopyStatus now) {
        copy = now;
    }

    /** The throttle makes the copy pause, or lets it go on: null. */
    public synchronized void throttled(@Nullable String reason) {
        throttled = reason;
    }

    /** A verification goes on; null if there is none any more. */
    public synchronized void verifying(VerificationStatus.@Nullable Progress progress) {
        verification = new VerificationStatus(progress, verification.last());
    }

    /** A verification has come to its end. */
    public synchronized void verified(VerificationStatus.Outcome outcome) {
        verification = new VerificationStatus(null, outcome);
    }

    /** Tells who applies from now on; null if nobody does. */
    public synchronized void following(@Nullable Supplier<SubscriberStatus> subscriber) {
        replication.follow(subscriber);
    }

    /** A stream begins: what is counted of its changes on the target. */
    public synchronized void counting(String stream, Map<RelationName, ChangeCounts> counts) {
        streams.put(stream, new HashMap<>(counts));
    }

    /** A stream has applied changes, which are counted on the target. */
    public synchronized void counted(String stream, Map<RelationName, ChangeCounts> added) {
        Instant now = clock.instant();
        Map<RelationName, ChangeCounts> counts = streams.computeIfAbsent(stream, name -> new HashMap<>());
        added.forEach((table, more) -> {
            counts.merge(table, more, ChangeCounts::plus);
            TableProgress known = tables.get(new TableName(table.schema(), table.name()));
            if (known != null) {
                known.modifiedAt(now);
            }
        });
    }

    synchronized void sourceVersion(String version) {
        sourceVersion = version;
    }

    synchronized void sourceAt(Lsn end, Instant time, long retainedBytes, long nanos) {
        long changes = streams.values().stream()
                .flatMap(counts -> counts.values().stream())
                .mapToLong(ChangeCounts::rows)
                .sum();
        replication.sourceAt(end, time, retainedBytes, nanos, changes);
    }

    synchronized boolean knowsTarget() {
        return replication.knowsTarget();
    }

    synchronized void settledAt(Lsn position) {
        replication.settledAt(position);
    }

    /** Tells whether there is a source to follow. */
    synchronized boolean isFollowing() {
        return !phase.isCutOver() && phase != MigrationPhase.CANCELLED;
    }

    /** Gives the tables whose load has changed since this was asked last. */
    synchronized Map<TableName, TableProgress> takeChanged() {
        Map<TableName, TableProgress> changed = new TreeMap<>();
        tables.forEach((name, table) -> {
            if (table.takeChanged()) {
                changed.put(name, new TableProgress(table.load(), table.modified()));
            }
        });
        return changed;
    }

    /** What was taken to be stored could not be. */
    synchronized void storeAgain(Set<TableName> names) {
        names.forEach(name -> {
            TableProgress table = tables.get(name);
            if (table != null) {
                table.storeAgain();
            }
        });
    }

    /** Gives where the run stands now. */
    public synchronized MigrationStatus status() {
        return status(tables());
    }

    /** Gives the same without tables. */
    synchronized MigrationStatus summary() {
        return status(List.of());
    }

    private MigrationStatus status(List<TableStatus> withTables) {
        CopyStatus whole = copy;
        MigrationState state = MigrationState.of(phase);
        boolean interrupted = abandoned && state.abandoned() == MigrationState.INTERRUPTED;
        return new MigrationStatus(
                stored.id(),
                stored.name(),
                stored.database(),
                new ServerStatus(stored.source().server(), sourceVersion.isEmpty() ? null : sourceVersion),
                stored.target(),
                phase,
                abandoned ? state.abandoned() : state,
                loaded,
                stored.startedOn(),
                ended,
                clock.instant(),
                !abandoned,
                replication.status(phase, System.nanoTime()),
                whole == null ? null : withThrottle(whole),
                verification,
                writes,
                reverse,
                interrupted ? FailureStatus.abandoned(phase, failure) : failure,
                withTables);
    }

    private CopyStatus withThrottle(CopyStatus whole) {
        return new CopyStatus(
                whole.copiedTables(),
                whole.tables(),
                whole.rows(),
                whole.bytes(),
                whole.doneBytes(),
                whole.totalBytes(),
                whole.bytesPerSecond(),
                whole.remaining(),
                throttled);
    }

    private List<TableStatus> tables() {
        Map<RelationName, ChangeCounts> sums = new HashMap<>();
        streams.values()
                .forEach(counts -> counts.forEach((name, count) -> sums.merge(name, count, ChangeCounts::plus)));
        List<TableStatus> all = new ArrayList<>();
        tables.forEach((name, table) -> {
            ChangeCounts counts = sums.getOrDefault(new RelationName(name.schema(), name.name()), ChangeCounts.NONE);
            all.add(new TableStatus(
                    name.schema(),
                    name.name(),
                    table.load(),
                    new AppliedChanges(counts.inserts(), counts.updates(), counts.deletes(), counts.truncates()),
                    counts.conflicts(),
                    table.modified()));
        });
        return all;
    }
}
