package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.ThrottleSessions;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.internal.plan.SqlStates;
import dev.godwit.internal.state.VerificationStore;
import dev.godwit.internal.verify.ChangedRows;
import dev.godwit.internal.verify.RowCheck;
import dev.godwit.internal.verify.Verifier;
import dev.godwit.internal.verify.VerifyJob;
import dev.godwit.internal.verify.VerifyProgress;
import dev.godwit.internal.verify.VerifySettings;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.TouchedRows;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.NotCompared;
import dev.godwit.result.RepairReport;
import dev.godwit.result.RowDifference;
import dev.godwit.result.TableVerification;
import dev.godwit.result.VerificationReport;
import dev.godwit.result.VerificationScope;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.FixedSelection;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import dev.godwit.status.VerificationStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One verification of a run that goes on, over connections of its own.
 *
 * <p>Used by one thread; any thread may end it.
 */
final class LiveVerification implements AutoCloseable {
    /** How long it is tried to take the snapshots. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** More than that is copied faster with the table. */
    private static final int MOST_REPAIRED = 10_000;

    private static final Duration TELL_EVERY = Duration.ofSeconds(1);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** What the cutover itself puts on the target; before, the target does without. */
    private static final List<String> OF_THE_CUTOVER = List.of("identity ", "row security ", "firing ");

    private final RunCore core;
    private final OwnConnections source;
    private final OwnConnections target;
    private volatile boolean ended;
    private boolean started;

    LiveVerification(RunCore core) {
        this.core = core;
        this.source = new OwnConnections(core.plan().source());
        this.target = new OwnConnections(core.plan().target());
    }

    /** Compares both sides. */
    VerificationReport verify(VerifySettings settings) throws SQLException, InterruptedException {
        RunContext context = Objects.requireNonNull(core.contextOrNull());
        TableJoin.LeftOut leftOut = TableJoin.leftOut(context);
        Set<TableName> elsewhere = leftOut.all();
        Predicate<TableName> migrated = context.plan().tables();
        Predicate<TableName> compared =
                FixedSelection.of(table -> migrated.test(table) && !elsewhere.contains(table), migrated);
        List<Table> locked = existing(compared.and(settings.tables()));
        TouchedRows touched = touched(locked);
        HeldPair held = new PairMaker(core, source, target, () -> ended).take(names(locked), PATIENCE);
        long takenNanos = System.nanoTime();
        // Nothing behind the position is applied yet.
        core.tracker().tell(touched);
        boolean kept = false;
        try (LivePair pair = held.released()) {
            tellStarted(pair.lsn(), locked.size());
            VerificationReport report =
                    withPending(compare(context, settings, compared, pair), leftOut.pending(), settings);
            pair.requireAlive();
            record(report, Duration.ofNanos(System.nanoTime() - takenNanos));
            if (report.isEqual() && report.scope().isWhole()) {
                core.changedSince(new ChangedRows(report.lsn(), touched));
                kept = true;
            }
            return report;
        } finally {
            if (!kept) {
                core.tracker().tellNoMore(touched);
            }
        }
    }

    /** Gives the tables whose rows are looked at. */
    private List<Table> existing(Predicate<TableName> tables) throws SQLException {
        try (Connection connection = source.open()) {
            return SnapshotPhase.copyable(CatalogReader.read(connection, tables).tables());
        }
    }

    private static List<TableName> names(List<Table> tables) {
        return tables.stream().map(Table::name).toList();
    }

    /** Where the cutover compares no changed rows again, none is kept. */
    private TouchedRows touched(List<Table> tables) {
        Map<RelationName, List<String>> keys = new HashMap<>();
        for (Table table : tables) {
            keys.put(SnapshotPhase.relation(table), RowCheck.changeKey(table));
        }
        return new TouchedRows(keys, core.plan().cutover().verified().recheckedRows());
    }

    private VerificationReport compare(
            RunContext context, VerifySettings settings, Predicate<TableName> compared, LivePair pair)
            throws SQLException, InterruptedException {
        Catalog catalog;
        try (Connection connection = pair.openSource()) {
            catalog = CatalogReader.read(connection, compared);
        }
        Told observer = new Told(pair.lsn());
        try (ThrottleSessions sessions = new ThrottleSessions(source, target)) {
            return new Verifier(
                            pair,
                            new VerifyJob(
                                    core.name(),
                                    catalog,
                                    context.parts(),
                                    settings,
                                    false,
                                    (one, other) -> differences(one, other, compared),
                                    sessions,
                                    observer::take),
                            Clock.systemUTC(),
                            new Random())
                    .run();
        }
    }

    private static List<SchemaDifference> differences(
            Connection onSource, Connection onTarget, Predicate<TableName> compared) throws SQLException {
        return SchemaDifference.between(onSource, onTarget, compared).stream()
                .filter(difference -> OF_THE_CUTOVER.stream().noneMatch(difference.object()::startsWith))
                .toList();
    }

    /** Of those that are gone there is nothing to compare. */
    private static VerificationReport withPending(
            VerificationReport report, Set<TableName> pending, VerifySettings settings) {
        List<NotCompared> notCompared = new ArrayList<>(report.notCompared());
        pending.stream()
                .filter(settings.tables())
                .forEach(table -> notCompared.add(new NotCompared(
                        "table " + table,
                        "it is joining the stream, or being copied afresh, and stands at another point")));
        if (notCompared.size() == report.notCompared().size()) {
            return report;
        }
        VerificationScope scope = report.scope();
        return new VerificationReport(
                report.migration(),
                report.lsn(),
                report.startedAt(),
                report.duration(),
                new VerificationScope(scope.mode(), scope.sample(), false, scope.schema(), scope.sequences()),
                report.tables(),
                report.schema(),
                report.sequences(),
                notCompared);
    }

    /** Copies rows afresh, as of a position at which nothing else is applied meanwhile. */
    RepairReport repair(List<RowDifference> differences) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        RunContext context = Objects.requireNonNull(core.contextOrNull());
        Map<TableName, RowRepair.Rows> rows = byTable(context, differences);
        HeldPair held = new PairMaker(core, source, target, () -> ended).take(List.copyOf(rows.keySet()), PATIENCE);
        try (held;
                LivePair pair = held.pair();
                Connection onSource = pair.openSource();
                Connection onTarget = target.open()) {
            onTarget.setAutoCommit(false);
            List<RepairReport.RepairedTable> repaired = held.apply()
                    .during(held.subscriber(), () -> {
                        List<RepairReport.RepairedTable> done = new RowRepair(context, onSource, onTarget, rows).run();
                        pair.requireAlive();
                        core.state().ownership().require(onTarget);
                        commitRepair(onTarget);
                        return done;
                    })
                    .orElseThrow(() -> new IllegalStateException("what applies changes was stopped meanwhile"));
            RepairReport report =
                    new RepairReport(core.name(), pair.lsn(), Duration.ofNanos(System.nanoTime() - began), repaired);
            core.events()
                    .publish(new MigrationEvent.RowsRepaired(
                            core.name(), Instant.now(), report.lsn().toString(), report.rows()));
            return report;
        }
    }

    private void commitRepair(Connection onTarget) throws SQLException {
        try {
            onTarget.commit();
        } catch (SQLException e) {
            if (!PassingFailure.isOutOfReach(e)) {
                throw e;
            }
            throw new MigrationException(
                    core.phases().phase(),
                    "whether the rows of migration '" + core.name()
                            + "' were repaired is not known, since the target's answer to the commit was lost: "
                            + WithoutValues.message(e)
                            + ". All of them were or none was, and the run goes on; verify again",
                    e);
        }
    }

    private static Map<TableName, RowRepair.Rows> byTable(RunContext context, List<RowDifference> differences)
            throws SQLException {
        if (differences.isEmpty() || differences.size() > MOST_REPAIRED) {
            throw new IllegalArgumentException("1 to " + MOST_REPAIRED + " rows are repaired at a time, not "
                    + differences.size() + "; copy tables with more of them afresh (copyAfresh)");
        }
        Set<TableName> leftOut = TableJoin.leftOut(context).all();
        Map<TableName, RowRepair.Rows> rows = new TreeMap<>();
        for (RowDifference row : differences) {
            TableName table = row.table();
            if (!context.plan().tables().test(table) || leftOut.contains(table)) {
                throw new IllegalArgumentException(
                        "table " + table + " is not among those that are migrated, or is being" + " copied just now");
            }
            if (row.key().isEmpty()) {
                throw new IllegalArgumentException("table " + table
                        + " has no key by which its rows could be told apart; copy it afresh (copyAfresh)");
            }
            List<String> key = List.copyOf(row.key().keySet());
            RowRepair.Rows some = rows.computeIfAbsent(table, name -> new RowRepair.Rows(key, new LinkedHashMap<>()));
            if (!some.key().equals(key)) {
                throw new IllegalArgumentException(
                        "the rows of table " + table + " are named by different columns; verify again");
            }
            some.differences().put(List.copyOf(row.key().values()), row);
        }
        return rows;
    }

    private void tellStarted(Lsn lsn, int tables) {
        started = true;
        core.events()
                .publish(new MigrationEvent.VerificationStarted(core.name(), Instant.now(), lsn.toString(), tables));
    }

    private void record(VerificationReport report, Duration age) throws SQLException {
        VerificationStore store = new VerificationStore(core.name());
        VerificationStatus.Outcome outcome;
        try (Connection connection = target.open()) {
            outcome = store.record(connection, core.state().ownership(), report, age);
        }
        core.board().verified(outcome);
        core.events()
                .publish(new MigrationEvent.VerificationCompleted(
                        core.name(),
                        Instant.now(),
                        report.lsn().toString(),
                        report.isEqual(),
                        report.tables().stream()
                                .mapToLong(TableVerification::differingRows)
                                .sum(),
                        report.duration()));
    }

    /** Says why it came to nothing. */
    MigrationException failed(String what, Exception failure) {
        MigrationException explained = explained(what, failure);
        tellFailed(String.valueOf(explained.getMessage()));
        return explained;
    }

    /** Who has asked for it was interrupted. */
    void interrupted() {
        tellFailed("the thread that has asked for it was interrupted");
    }

    private void tellFailed(String message) {
        if (started) {
            core.events().publish(new MigrationEvent.VerificationFailed(core.name(), Instant.now(), message));
        }
    }

    private MigrationException explained(String what, Exception failure) {
        if (ended) {
            return new MigrationCancelledException(
                    "migration '" + core.name() + "' could not be " + what + ": its run was closed or cancelled", null);
        }
        if (isLockedOut(failure)) {
            return new MigrationException(
                    core.phases().phase(),
                    "migration '" + core.name() + "' could not be " + what + ": " + WithoutValues.message(failure)
                            + ". Somebody waits to truncate or change a table that is being compared, and nobody who came later"
                            + " gets past that; so the verification has given way. Verify again, without tables to which that"
                            + " happens all the time",
                    failure);
        }
        if (failure instanceof MigrationException known) {
            return known;
        }
        return new MigrationException(
                core.phases().phase(),
                "migration '" + core.name() + "' could not be " + what + ": " + WithoutValues.message(failure)
                        + ". Nothing was changed, and the run goes on; once the cause is gone, try again",
                failure);
    }

    private static boolean isLockedOut(Throwable failure) {
        return LOCK_NOT_AVAILABLE.equals(SqlStates.of(failure));
    }

    /** Breaks it off: what its sessions are doing is cancelled. May be called by any thread. */
    void end() {
        ended = true;
        source.cancel();
        target.cancel();
        source.end();
        target.end();
    }

    @Override
    public void close() {
        core.board().verifying(null);
        source.end();
        target.end();
    }

    /** Tells how far it is. */
    private final class Told {
        private final Lsn lsn;
        private final Instant started = Instant.now();
        private long toldNanos = System.nanoTime();

        Told(Lsn lsn) {
            this.lsn = lsn;
        }

        void take(VerifyProgress now) {
            core.board()
                    .verifying(new VerificationStatus.Progress(
                            lsn,
                            started,
                            now.tablesDone(),
                            now.tables(),
                            now.rows(),
                            now.bytes(),
                            now.bytesTotal(),
                            now.differingTables()));
            if (System.nanoTime() - toldNanos >= TELL_EVERY.toNanos()) {
                toldNanos = System.nanoTime();
                core.events()
                        .publish(new MigrationEvent.VerificationProgress(
                                core.name(),
                                Instant.now(),
                                now.tablesDone(),
                                now.tables(),
                                now.rows(),
                                now.bytes(),
                                now.bytesTotal(),
                                now.differingTables()));
            }
        }
    }
}
