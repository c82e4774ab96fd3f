package dev.godwit.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.ApplyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.crash.Migrator;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.testkit.StopMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One migration from the side that is open to the other, with faults thrown in, until it is cut over. Used by one thread. */
final class Round implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Round.class);
    private static final Duration READY = Duration.ofMinutes(5);
    static final Duration PAUSE = Duration.ofSeconds(8);
    private static final int MOST_ATTEMPTS = 40;

    private final Arena arena;
    private final Side source;
    private final Side target;
    private final String name;
    private final Duration maxWritePause;
    private final boolean reverse;
    private final AtomicInteger switchesThatFail = new AtomicInteger();
    private final AtomicBoolean listenerThrows = new AtomicBoolean();
    private final AtomicBoolean acted = new AtomicBoolean();

    @Nullable
    private MigrationRun run;

    /** Starts a migration; returns when it is ready. */
    static Round start(Arena arena) throws Exception {
        return start(arena, PAUSE);
    }

    /** Starts a migration with a way back. */
    static Round startWithWayBack(Arena arena, Duration maxWritePause) throws Exception {
        return start(arena, maxWritePause, true);
    }

    static Round start(Arena arena, Duration maxWritePause) throws Exception {
        return start(arena, maxWritePause, false);
    }

    private static Round start(Arena arena, Duration maxWritePause, boolean reverse) throws Exception {
        Round round = new Round(arena, maxWritePause, reverse);
        round.run = start(round.migration());
        round.awaitReadyOrClose();
        round.target.grant();
        return round;
    }

    /** A transaction that is prepared at this moment is in the way of the preflight; its client will end it. */
    static MigrationRun start(Migration migration) {
        for (int attempt = 1; true; attempt++) {
            try {
                return migration.start();
            } catch (PreflightFailedException e) {
                boolean passes = e.report().blockers().stream()
                        .allMatch(finding -> finding.code().equals(FindingCode.PREPARED_TRANSACTION.code()));
                if (!passes || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Starts one in another process, which is killed at a moment of its cutover; goes on with it in this one. */
    static Round startWithKill(Arena arena, Moment moment) throws Exception {
        Round round = new Round(arena, PAUSE, false);
        round.kill(moment);
        round.run = round.migration().resume();
        round.awaitReadyOrClose();
        return round;
    }

    private Round(Arena arena, Duration maxWritePause, boolean reverse) {
        this.arena = arena;
        this.reverse = reverse;
        this.source = arena.open();
        this.target = arena.renew();
        this.name = "race" + arena.round();
        this.maxWritePause = maxWritePause;
    }

    private Migration migration() {
        TrafficSwitch traffic = new TrafficSwitch() {
            @Override
            public void switchToTarget(SwitchContext context) throws Exception {
                if (switchesThatFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    arena.failToSwitch(Duration.ofMillis(100));
                }
                arena.switchTraffic(target);
            }

            @Override
            public void switchToSource(SwitchContext context) {
                arena.rolledBack(source);
            }
        };
        return builder(name, source.url(), target.url(), traffic, this::onEvent, maxWritePause)
                .reverse(reverse)
                .build();
    }

    static Migration.Builder builder(
            String name,
            String source,
            String target,
            TrafficSwitch traffic,
            MigrationListener listener,
            Duration maxWritePause) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of(source).credentials("postgres", ""))
                .target(Endpoint.of(target).credentials("postgres", ""))
                .apply(ApplyOptions.builder().appliers(2).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(traffic)
                        .maxWritePause(maxWritePause)
                        .readyLag(Duration.ofSeconds(10))
                        .fenceTimeout(Duration.ofSeconds(20))
                        .build())
                .listener(listener);
    }

    private void onEvent(MigrationEvent event) {
        if (listenerThrows.get()) {
            throw new IllegalStateException(
                    "this listener throws at " + event.getClass().getSimpleName());
        }
    }

    private void awaitReadyOrClose() throws InterruptedException {
        try {
            awaitReady();
        } catch (InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void awaitReady() throws InterruptedException {
        run().awaitReadyToCutover(READY);
    }

    Side source() {
        return source;
    }

    MigrationRun run() {
        return Objects.requireNonNull(run);
    }

    /** Tells whether the fault has come to pass. */
    boolean hasActed() {
        return acted.get();
    }

    /** Prepares a fault, to come to pass once, at a moment where it needs one. */
    void arm(Fault fault, Moment moment) throws SQLException {
        acted.set(false);
        switch (fault) {
            case SWITCH_THROWS -> switchesThatFail.set(1);
            case LISTENER_THROWS -> listenerThrows.set(true);
            case LONG_TRANSACTION -> source.holdTransaction(Duration.ofMillis(1_200));
            case NOTHING, KILL -> {}
            default ->
                StepActs.set((migration, step, ended) -> {
                    if (migration.equals(name) && moment.is(step, ended) && acted.compareAndSet(false, true)) {
                        act(fault);
                    }
                });
        }
    }

    private void act(Fault fault) throws Exception {
        switch (fault) {
            case EXCEPTION -> throw new SQLException("made up by the test", "XX000");
            case SOURCE_SESSIONS_END -> source.endSessionsOf(name);
            case TARGET_SESSIONS_END -> target.endSessionsOf(name);
            case SOURCE_CUT -> source.proxy().cut();
            case TARGET_CUT -> target.proxy().cut();
            case SOURCE_STALLS -> source.stall();
            case TARGET_STALLS -> target.stall();
            case SOURCE_RESTARTS -> source.server().restart();
            case TARGET_CRASHES -> {
                target.server().stop(StopMode.IMMEDIATE);
                target.server().start();
            }
            case TOO_LONG ->
                TimeUnit.NANOSECONDS.sleep(maxWritePause.plusMillis(50).toNanos());
            case NOTHING, LISTENER_THROWS -> {}
            default -> throw new IllegalArgumentException(fault.name());
        }
    }

    /** Asks for the cutover once; tells whether it was done, and requires that the source takes writes again if it was not. */
    boolean attempt() throws Exception {
        awaitReady();
        if (run().phase() == MigrationPhase.COMPLETED) {
            return true;
        }
        try {
            run().cutover();
            return true;
        } catch (CutoverRevertedException e) {
            LOG.info("{}: undone: {}", name, e.getMessage());
            assertThat(arena.open())
                    .as("where traffic is after: %s", e.getMessage())
                    .isSameAs(source);
            arena.awaitWrites(30);
            assertThat(source.ask("SHOW default_transaction_read_only")).isEqualTo("off");
            assertThat(run().phase())
                    .as("phase after: %s", e.getMessage())
                    .isIn(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
            return false;
        }
    }

    /** Asks for the cutover until it is done; gives how often it was undone. */
    int cutOver() throws Exception {
        int undone = 0;
        while (!attempt()) {
            undone++;
            assertThat(undone).as("attempts that were undone").isLessThan(MOST_ATTEMPTS);
        }
        return undone;
    }

    /**
     * Asks for the rollback until it is done, with a fault in the first attempt that comes to the moment; gives how often it was undone.
     */
    int rollBack(Fault fault, Moment moment) throws Exception {
        armRollback(fault, moment);
        int undone = 0;
        while (!attemptRollback()) {
            undone++;
            assertThat(undone).as("rollbacks that were undone").isLessThan(MOST_ATTEMPTS);
        }
        return undone;
    }

    /** Prepares a fault in a rollback, to come to pass once. */
    void armRollback(Fault fault, Moment moment) {
        acted.set(false);
        listenerThrows.set(fault == Fault.LISTENER_THROWS);
        StepActs.set((migration, step, ended) -> {
            if (!migration.equals(name)) {
                return;
            }
            if (moment.is(step, ended) && acted.compareAndSet(false, true)) {
                act(fault);
            }
            if (step.equals("switch") && !ended) {
                arena.beforeRollback(source);
            }
        });
    }

    /** Asks for the rollback once; tells whether it was done, and requires that the target takes writes again if it was not. */
    boolean attemptRollback() throws Exception {
        run().awaitReadyToRollback(READY);
        try {
            run().rollback();
            return true;
        } catch (CutoverRevertedException e) {
            LOG.info("{}: rollback undone: {}", name, e.getMessage());
            assertThat(arena.open())
                    .as("where traffic is after: %s", e.getMessage())
                    .isSameAs(target);
            arena.awaitWrites(30);
            assertThat(target.ask("SHOW default_transaction_read_only")).isEqualTo("off");
            assertThat(run().phase()).as("phase after: %s", e.getMessage()).isEqualTo(MigrationPhase.REVERSE_SYNC);
            return false;
        }
    }

    /** Requires that traffic is back on the source, that the target stays closed, and nothing is left on the source. */
    void requireRolledBack() throws Exception {
        assertThat(arena.open()).isSameAs(source);
        assertThat(run().phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
        arena.awaitWrites(30);
        arena.check();
        close();
        requireNothingLeft();
        assertThat(source.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEqualTo("0");
    }

    private void kill(Moment moment) throws Exception {
        List<String> arguments = List.of(name, source.url(), target.url(), moment.toString());
        try (Migrator migrator = new Migrator(RaceProcess.class, arguments, migration -> switchTraffic())) {
            migrator.await("ready");
            target.grant();
            migrator.go();
            migrator.awaitHalt();
        }
    }

    private void switchTraffic() {
        try {
            arena.switchTraffic(target);
        } catch (SQLException e) {
            throw new IllegalStateException("switching traffic", e);
        }
    }

    /** Requires that traffic is on the target, that the source stays closed, and nothing is left of the migration. */
    void requireDone() throws Exception {
        assertThat(arena.open()).isSameAs(target);
        assertThat(run().phase()).isEqualTo(MigrationPhase.COMPLETED);
        arena.awaitWrites(30);
        arena.check();
        close();
        requireNothingLeft();
    }

    /** Requires that traffic is on the target, and stays there while the source is kept in step. */
    void requireSwitched() throws Exception {
        assertThat(arena.open()).isSameAs(target);
        arena.awaitWrites(200);
        arena.check();
    }

    private void requireNothingLeft() throws SQLException {
        for (Side side : List.of(source, target)) {
            assertThat(side.ask("SELECT count(*) FROM pg_replication_slots WHERE database = 'app'"))
                    .isEqualTo("0");
            assertThat(side.ask("SELECT count(*) FROM pg_publication")).isEqualTo("0");
        }
        target.insist("DROP SCHEMA godwit CASCADE");
    }

    @Override
    public void close() {
        StepActs.clear();
        MigrationRun open = run;
        if (open != null) {
            open.close();
        }
    }
}
