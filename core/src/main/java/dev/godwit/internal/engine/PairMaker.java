package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.copy.SnapshotSession;
import dev.godwit.internal.copy.TargetSnapshot;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.internal.state.TableRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot of either side of a run at one position of the source's log, while everybody goes on writing.
 *
 * <p>Why they match. The apply is held at the end of a transaction first, so that it cannot pass a position that nobody knows yet: what
 * it has applied by then had been committed on the source before. Then a temporary slot is created on the source; its
 * consistent point L lies behind all of that, and its snapshot shows the transactions whose commit record starts before L, and
 * no others. The apply is let go on up to L: it applies the transactions whose commit record starts before L, and holds those at or
 * behind it. When all of these are durable the target's snapshot is taken, which shows the same; it is taken under a lock that
 * keeps the subscriber that was told to hold from being replaced by one that was not. With several appliers all of them stand at
 * L, since a held transaction is begun by none before all have committed what came before.
 *
 * <p>The target's tables are locked no sooner than that: a TRUNCATE on the way to L would wait for the locks, and be waited for. None
 * comes behind L, since the source's tables were locked before.
 *
 * <p>The slot has to wait for every open transaction that has written. Nothing is applied meanwhile, so an attempt ends after 2 s, and
 * while transactions are open that would be in its way none is begun.
 *
 * <p>Used by one thread.
 */
final class PairMaker {
    private static final Logger LOG = LoggerFactory.getLogger(PairMaker.class);
    /** How long nothing is applied for an attempt, and its table locks are waited for. */
    private static final Duration HOLD = Duration.ofSeconds(2);
    /** Who has been writing for longer would keep an attempt waiting. */
    private static final Duration OLD_WRITER = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SLOT_DROP_TIMEOUT = Duration.ofSeconds(5);
    private static final int NAME_LENGTH = 55;
    private static final String NO_SLOT_FREE = "53400";
    /** No connection, or no WAL sender. */
    private static final String NO_PLACE_FREE = "53300";

    private static final String NO_SENDER_FREE = "SELECT count(*) >= current_setting('max_wal_senders')::int"
            + " FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walsender'";

    /** What a limit of time has ended. */
    private static final String CANCELLED = "57014";

    private static final Set<MigrationPhase> APPLYING =
            EnumSet.of(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);

    private final RunCore core;
    private final OwnConnections source;
    private final OwnConnections target;
    private final BooleanSupplier ended;
    private String why = "";

    /**
     * Makes a maker of pairs.
     *
     * @param ended tells whether nobody wants the pair any more
     */
    PairMaker(RunCore core, OwnConnections source, OwnConnections target, BooleanSupplier ended) {
        this.core = core;
        this.source = source;
        this.target = target;
        this.ended = ended;
    }

    /**
     * Takes the snapshots.
     *
     * @param tables the tables to be looked at; they stay locked in ACCESS SHARE mode on both sides until the pair is closed
     * @param patience how long to try
     * @return the pair, while the apply still stands at its position
     * @throws MigrationException if it could not be done, or the run does not apply changes
     */
    HeldPair take(List<TableName> tables, Duration patience) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (Connection control = source.open()) {
            while (true) {
                requireApplying();
                if (nobodyInTheWay(control)) {
                    Optional<HeldPair> taken = attempt(tables, deadline);
                    if (taken.isPresent()) {
                        return taken.get();
                    }
                }
                if (System.nanoTime() - deadline > 0) {
                    throw refused("snapshots of both sides at one position could not be taken within " + patience + ": "
                            + why);
                }
                core.phases().awaitChange(POLL);
            }
        }
    }

    /** Ends what is under way if nobody wants it any more, or the run has ceased to apply changes. */
    private void requireApplying() {
        if (ended.getAsBoolean()) {
            throw refused("the run was closed or cancelled");
        }
        MigrationPhase phase = core.phases().phase();
        if (!APPLYING.contains(phase)) {
            throw refused("the migration is in " + phase + ", and no changes are being applied that could be held at a"
                    + " position; once it is in READY_TO_CUTOVER, try again");
        }
    }

    private MigrationException refused(String reason) {
        return new MigrationException(
                core.phases().phase(), "migration '" + core.name() + "' cannot be verified: " + reason, null);
    }

    private boolean nobodyInTheWay(Connection control) throws SQLException {
        List<String> blockers = ReplicationSlots.blockers(control, OLD_WRITER);
        if (blockers.isEmpty()) {
            return true;
        }
        why = "a replication slot waits for every open transaction that has written; open for more than "
                + OLD_WRITER.toMillis() + " ms now: " + String.join(", ", blockers)
                + "; end them (COMMIT, ROLLBACK PREPARED, pg_terminate_backend), then try again";
        return false;
    }

    /** Empty if it could not be done now, and may be later. */
    private Optional<HeldPair> attempt(List<TableName> tables, long deadline)
            throws SQLException, InterruptedException {
        ApplySession apply = core.applyOrNull();
        Subscriber subscriber = apply == null ? null : apply.runningOrNull();
        if (apply == null || subscriber == null) {
            why = "changes are not being applied at the moment";
            return Optional.empty();
        }
        HeldPair held = null;
        try {
            held = hold(tables, apply, subscriber, deadline);
        } catch (ReplicationException | SQLException e) {
            giveUpOn(e, subscriber);
        } catch (IllegalStateException e) {
            // Somebody stops what applies changes, to pause it or to let tables join.
            if (apply.runningOrNull() == subscriber) {
                throw e;
            }
            why = "what applies changes was stopped meanwhile";
        } finally {
            if (held == null) {
                subscriber.release();
            }
        }
        return Optional.ofNullable(held);
    }

    /** Throws what will not pass by itself. */
    private void giveUpOn(Exception failure, Subscriber subscriber) throws SQLException {
        if (ended.getAsBoolean()) {
            throw refused("the run was closed or cancelled");
        }
        if (subscriber.status().failure().isPresent()) {
            throw new MigrationException(
                    core.phases().phase(),
                    "migration '" + core.name() + "' cannot be verified: changes could not be applied: "
                            + WithoutValues.message(failure),
                    failure);
        }
        if (failure instanceof SQLException sql) {
            if (NO_SLOT_FREE.equals(sql.getSQLState())
                    || (NO_PLACE_FREE.equals(sql.getSQLState()) && noSenderIsFree())) {
                throw new MigrationException(
                        core.phases().phase(),
                        "no replication slot or WAL sender is free on the source, and snapshots of both sides at one position"
                                + " take a temporary one: drop a slot that nobody needs, or raise max_replication_slots and"
                                + " max_wal_senders, then try again",
                        sql);
            }
            if (!PassingFailure.is(sql) && !CANCELLED.equals(sql.getSQLState())) {
                throw WithoutValues.of(sql);
            }
        }
        why = WithoutValues.message(failure);
        LOG.info("{}: no snapshots at one position yet: {}", core.name(), why);
    }

    /** Places of ordinary connections come and go; those of WAL senders belong to streams. */
    private boolean noSenderIsFree() throws SQLException {
        try (Connection connection = source.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(NO_SENDER_FREE)) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            if (PassingFailure.is(e)) {
                return false;
            }
            throw e;
        }
    }

    @Nullable
    private HeldPair hold(List<TableName> tables, ApplySession apply, Subscriber subscriber, long deadline)
            throws SQLException, InterruptedException {
        String slot = slot();
        dropLeftover(slot);
        SnapshotSession onSource = SnapshotSession.attempt(
                        source, slot, tables, HOLD, () -> subscriber.pauseAt(Lsn.ZERO))
                .orElse(null);
        if (onSource == null) {
            why = "again and again a writing transaction waited for the tables' locks (TRUNCATE or DDL)";
            return null;
        }
        LivePair pair = null;
        try {
            Lsn position = onSource.consistentPoint();
            subscriber.pauseAt(position);
            requireBehindCopies(position);
            if (!subscriber.awaitApplied(position, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                why = "the target follows too far behind: it has applied up to "
                        + subscriber.status().applied() + ", and the snapshot of the source stands for " + position;
                return null;
            }
            pair = complete(onSource, tables, apply, subscriber);
            return pair == null ? null : new HeldPair(pair, subscriber, apply);
        } finally {
            if (pair == null) {
                onSource.close();
            }
        }
    }

    /** Takes the target's snapshot while it stands where the source's does; null if that may have changed meanwhile. */
    @Nullable
    private LivePair complete(
            SnapshotSession onSource, List<TableName> tables, ApplySession apply, Subscriber subscriber)
            throws SQLException, InterruptedException {
        TargetSnapshot onTarget = TargetSnapshot.lock(target, tables, HOLD);
        boolean kept = false;
        try {
            kept = apply.during(subscriber, () -> {
                        onTarget.take();
                        return true;
                    })
                    .orElse(false);
            return kept ? new LivePair(source, target, onSource, onTarget) : null;
        } finally {
            if (!kept) {
                onTarget.close();
            }
        }
    }

    /** Until the stream has passed every table's snapshot, tables stand at different points. */
    private void requireBehindCopies(Lsn position) throws SQLException {
        for (var copied : core.state().tables().copied().entrySet()) {
            TableRecord table = copied.getValue();
            if (table.syncedLsn().isAfter(position)) {
                throw new IllegalStateException("table " + copied.getKey() + " was copied as of " + table.syncedLsn()
                        + ", behind a snapshot that was taken later, at " + position);
            }
        }
    }

    private String slot() throws SQLException {
        String slot = core.state().record().slot();
        return slot.substring(0, Math.min(slot.length(), NAME_LENGTH)) + "_verify";
    }

    /** It would have ended with its process, had the server not been busy making it. */
    private void dropLeftover(String slot) throws SQLException {
        try (Connection connection = source.open()) {
            ReplicationSlots.drop(connection, slot, SLOT_DROP_TIMEOUT);
        }
    }
}
