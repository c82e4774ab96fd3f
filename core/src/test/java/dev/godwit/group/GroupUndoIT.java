package dev.godwit.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.AlteredFence;
import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What fails in one member undoes all, as long as no traffic is switched; then all can be cut over. */
@PostgresPairTest(source = "13", target = "17")
final class GroupUndoIT {
    @Test
    void lowersAllFencesWhenOneCannotBeRaised(PostgresPair pair) throws Exception {
        List<String> warnings = new CopyOnWriteArrayList<>();
        try (Shops shops = new Shops(pair, 3, 21)) {
            MigrationGroup group = shops.group(Map.of(
                            "stock",
                            shops.fencing(real -> real)
                                    .maxWritePause(Duration.ofSeconds(6))
                                    .fenceTimeout(Duration.ofSeconds(7))))
                    .listener(event -> {
                        if (event instanceof MigrationEvent.Warning warning) {
                            warnings.add(warning.message());
                        }
                    })
                    .build();
            try (MigrationGroupRun run = group.start();
                    Connection idle = pair.source().connect(Shops.database("stock"));
                    Statement statement = idle.createStatement()) {
                Shops.ready(run);
                statement.execute("SET application_name = 'report of the month'");
                idle.setAutoCommit(false);
                // No row: the writers that would wait for it could be named in its place.
                statement.execute("LOCK TABLE workload.account IN ROW EXCLUSIVE MODE");
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("group 'shops' ended in step 'fence': migration 'stock'")
                        .hasMessageContaining("report of the month")
                        .hasMessageContaining("all sources take writes again");
                shops.requireUndone();
                idle.rollback();
                Shops.ready(run).cutover();
            }
            shops.requireCompleted();
        }
        // Who waits behind a fence waits for no copy.
        assertThat(warnings).noneMatch(warning -> warning.contains("which the copy has locked"));
    }

    /** What is left of it holds writers back while those of the others run: there is no other round. */
    @Test
    void endsWithTheFirstFenceThatNeitherHoldsNorIsTakenAway(PostgresPair pair) throws Exception {
        AtomicInteger raised = new AtomicInteger();
        try (Shops shops = new Shops(pair, 2, 26)) {
            MigrationGroup group = shops.group(Map.of(
                            "stock",
                            shops.fencing(real -> new LeftBehind(real, raised)).maxWritePause(Duration.ofSeconds(2))))
                    .build();
            try (MigrationGroupRun run = group.start()) {
                assertThatThrownBy(Shops.ready(run)::cutover)
                        .isInstanceOf(MigrationException.class)
                        .isNotInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("could not be undone everywhere (migration 'stock': left behind)");
                assertThat(raised).hasValue(1);
                assertThat(run.phases()).containsEntry("stock", MigrationPhase.FAILED);
            }
            try (MigrationGroupRun run = group.resume()) {
                Shops.ready(run);
                shops.requireUndone();
                run.cancel();
            }
        }
    }

    @Test
    void opensAllSourcesWhenOneCannotBeSealed(PostgresPair pair) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (Shops shops = new Shops(pair, 3, 22)) {
            AlteredFence.Deed failingOnce = () -> {
                if (attempts.incrementAndGet() == 1) {
                    throw new IllegalStateException("the seal is broken");
                }
            };
            MigrationGroup group = shops.group(
                            Map.of("people", shops.fencing(real -> AlteredFence.beforeSeal(real, failingOnce))))
                    .build();
            try (MigrationGroupRun run = group.start()) {
                assertThatThrownBy(Shops.ready(run)::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("ended in step 'seal': migration 'people': the seal is broken");
                assertThat(run.phases().values())
                        .allMatch(
                                phase -> phase == MigrationPhase.READY_TO_CUTOVER || phase == MigrationPhase.CATCH_UP);
                shops.requireUndone();
                Shops.ready(run).cutover();
            }
            shops.requireCompleted();
        }
    }

    /** The others have made their targets fit for traffic by then. */
    @Test
    void undoesThoseThatAreFitForTrafficWhenOneCannotBeMadeSo(PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 23)) {
            try (MigrationGroupRun run = shops.group().start()) {
                Shops.ready(run);
                String database = Shops.database("orders");
                pair.target()
                        .execute(
                                database,
                                "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql"
                                        + " AS $$ BEGIN PERFORM pg_sleep(0.5); RAISE 'refused by the test'; END $$",
                                "CREATE TRIGGER refuse BEFORE UPDATE ON godwit.migration FOR EACH ROW WHEN"
                                        + " (new.cutover_step = 'PREPARED') EXECUTE FUNCTION public.refuse()");
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("ended in step 'decide': migration 'orders': ")
                        .hasMessageContaining("SQLSTATE P0001");
                shops.requireUndone();
                pair.target().execute(database, "DROP FUNCTION public.refuse() CASCADE");
                Shops.ready(run).cutover();
            }
            shops.requireCompleted();
        }
    }

    @Test
    void takesTheDecisionBackWhenTheFirstSwitchThrows(PostgresPair pair) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (Shops shops = new Shops(pair, 3, 24)) {
            MigrationGroup group = shops.group(Map.of("orders", shops.switching(real -> context -> {
                        if (attempts.incrementAndGet() == 1) {
                            assertThat(shops.ofTarget("orders", "SELECT state FROM godwit.group_decision"))
                                    .isEqualTo("DECIDED");
                            throw new AssertionError("the load balancer says no");
                        }
                        real.switchToTarget(context);
                    })))
                    .build();
            try (MigrationGroupRun run = group.start()) {
                assertThatThrownBy(Shops.ready(run)::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("ended in step 'switch': migration 'orders': the load balancer says no");
                shops.requireUndone();
                Shops.ready(run).cutover();
            }
            shops.requireCompleted();
        }
    }

    /** What is left of it would be in a clean-up's way. */
    @Test
    void forgetsTheDecisionWhenTheTargetThatKeepsItIsOutOfReachForAMomentBehindTheSwitch(PostgresPair pair)
            throws Exception {
        try (Shops shops = new Shops(pair, 2, 27)) {
            MigrationGroup group = shops.group(Map.of("stock", shops.switching(real -> context -> {
                        pair.target()
                                .execute(
                                        Shops.database("orders"),
                                        "CREATE SEQUENCE public.refused",
                                        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                                + " IF nextval('public.refused') < 3 THEN RAISE 'starting' USING ERRCODE = '57P03';"
                                                + " END IF; RETURN new; END $$",
                                        "CREATE TRIGGER refuse BEFORE UPDATE ON godwit.group_decision FOR EACH ROW"
                                                + " WHEN (new.pending <> old.pending) EXECUTE FUNCTION public.refuse()");
                        real.switchToTarget(context);
                    })))
                    .build();
            try (MigrationGroupRun run = group.start()) {
                Shops.ready(run).cutover();
            }
            assertThat(shops.ofTarget("orders", "SELECT last_value FROM public.refused"))
                    .isEqualTo("3");
            shops.requireCompleted();
        }
    }

    @Test
    void finishesTheOthersWhenALaterSwitchThrowsAndThatOneWhenItIsResumed(PostgresPair pair) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (Shops shops = new Shops(pair, 3, 25)) {
            MigrationGroup group = shops.group(Map.of("stock", shops.switching(real -> context -> {
                        assertThat(context.repeated()).isEqualTo(attempts.get() > 0);
                        if (attempts.incrementAndGet() == 1) {
                            throw new IllegalStateException("the load balancer says no");
                        }
                        real.switchToTarget(context);
                    })))
                    .build();
            try (MigrationGroupRun run = group.start()) {
                assertThatThrownBy(Shops.ready(run)::cutover)
                        .isInstanceOf(MigrationException.class)
                        .isNotInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("is decided and cannot be taken back")
                        .hasMessageContaining("migration 'stock': the load balancer says no");
                assertThat(run.phases())
                        .containsEntry("orders", MigrationPhase.COMPLETED)
                        .containsEntry("stock", MigrationPhase.FAILED)
                        .containsEntry("people", MigrationPhase.COMPLETED);
                assertThat(shops.ofSource("stock", "SHOW default_transaction_read_only"))
                        .isEqualTo("on");
            }
            try (MigrationGroupRun run = group.resume()) {
                run.awaitCompleted(Shops.LIMIT);
            }
            shops.requireCompleted();
        }
    }

    /** Comes too late the first time, and leaves the source closed. */
    private record LeftBehind(WriteFence real, AtomicInteger raised) implements WriteFence {
        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return real.check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            if (raised.incrementAndGet() > 1) {
                return real.raise(context);
            }
            TimeUnit.NANOSECONDS.sleep(context.deadline().left().toNanos());
            try (Connection source = context.source().open();
                    Statement statement = source.createStatement()) {
                statement.execute(
                        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = %L',"
                                + " current_database(), '" + context.closedAs() + "'); END $$");
            }
            throw new MigrationException(MigrationPhase.CUTOVER, "left behind", null);
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            real.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            real.reclose(context);
        }
    }
}
