package dev.godwit.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.copy.Throttles;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationEvent.PhaseChanged;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.GroupCutoverReport;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import dev.godwit.status.MigrationState;
import dev.godwit.status.MigrationStatus;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Several databases in one run: so many at a time, and cut over under traffic. */
@PostgresPairTest(source = "13", target = "17")
final class GroupRunIT {
    private static final String SLOTS = "SELECT count(*) FROM pg_replication_slots";

    @Test
    void cutsAllOverTogetherUnderTraffic(PostgresPair pair) throws Exception {
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        try (Shops shops = new Shops(pair, 3, 11)) {
            MigrationGroup group = shops.group(Map.of()).listener(events::add).build();
            assertThat(group.preflight().blockers()).isEmpty();
            assertThat(pair.target().query("postgres", "SELECT datname FROM pg_database WHERE datname = 'orders'"))
                    .as("the preflight creates nothing")
                    .isEmpty();
            try (MigrationGroupRun run = group.start()) {
                assertThatThrownBy(() -> run.run("nobody")).hasMessageContaining("[orders, stock, people]");
                GroupCutoverReport report = Shops.ready(run).cutover();
                assertThat(run.phases()).hasSize(3).containsValue(MigrationPhase.COMPLETED);
                assertThat(run.phases().values()).containsOnly(MigrationPhase.COMPLETED);
                assertThat(report.members()).containsOnlyKeys("orders", "stock", "people");
                for (CutoverReport member : report.members().values()) {
                    assertThat(member.writePause()).isPositive().isLessThanOrEqualTo(report.writePause());
                    assertThat(member.steps().keySet())
                            .containsExactly("prepare", "fence", "drain", "fill", "seal", "decide", "switch");
                }
                assertThat(run.cutover()).isSameAs(report);
                assertThat(run.cutover("stock")).isEqualTo(report.members().get("stock"));
                assertThat(run.status().state()).isEqualTo(MigrationState.COMPLETED);
                assertThat(run.status().databases())
                        .extracting(MigrationStatus::name)
                        .containsExactly("orders", "stock", "people");
            }
            shops.requireCompleted();
            assertThat(pair.source().query("postgres", SLOTS)).containsExactly("0");
            for (String name : shops.names()) {
                assertThat(events)
                        .anyMatch(event -> event.migration().equals(name)
                                && event instanceof PhaseChanged changed
                                && changed.to() == MigrationPhase.COMPLETED);
            }
            group.cleanUp();
            for (String name : shops.names()) {
                assertThat(shops.ofTarget(name, "SELECT to_regnamespace('godwit') IS NULL"))
                        .isEqualTo("t");
            }
        }
    }

    @Test
    void cutsOneOverAloneAndTheOthersLater(PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 12)) {
            try (MigrationGroupRun run = shops.group().start()) {
                Shops.ready(run).cutover("orders");
                assertThat(run.run("orders").phase()).isEqualTo(MigrationPhase.COMPLETED);
                assertThat(shops.ofSource("stock", "SHOW default_transaction_read_only"))
                        .isEqualTo("off");
                shops.awaitTraffic();
                GroupCutoverReport rest = Shops.ready(run).cutover();
                assertThat(rest.members()).containsOnlyKeys("stock", "people");
                run.awaitCompleted(Shops.LIMIT);
            }
            shops.requireCompleted();
        }
    }

    @Test
    void copiesNoMoreAtATimeThanItMayAndMakesNoSlotForWhoWaits(PostgresPair pair) throws Exception {
        AtomicBoolean held = new AtomicBoolean(true);
        List<PhaseChanged> changes = new CopyOnWriteArrayList<>();
        MigrationGroup.Builder builder = throttled(pair, 4, held);
        MigrationGroup group = builder.parallel(2)
                .listener(event -> {
                    if (event instanceof PhaseChanged changed) {
                        changes.add(changed);
                    }
                })
                .build();
        Instant cancelled;
        try (MigrationGroupRun run = group.start()) {
            await().atMost(Shops.LIMIT).until(() -> count(run, MigrationPhase.SNAPSHOT) == 2);
            await().during(Duration.ofMillis(500))
                    .until(() -> count(run, MigrationPhase.SNAPSHOT) == 2 && count(run, MigrationPhase.CREATED) == 2);
            assertThat(run.phases()).containsEntry("orders", MigrationPhase.SNAPSHOT);
            assertThat(run.status().databases())
                    .extracting(MigrationStatus::state)
                    .filteredOn(MigrationState.CONFIGURING::equals)
                    .hasSize(2);
            assertThat(run.phases()).containsEntry("stock", MigrationPhase.SNAPSHOT);
            assertThat(Integer.parseInt(pair.source().query("postgres", SLOTS).get(0)))
                    .isLessThanOrEqualTo(2);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("'people' is in phase CREATED; await it first");
            cancelled = Instant.now();
            run.run("orders").cancel();
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining(
                            "'orders' is in phase CANCELLED, for good; close this run, and resume() a group without it");
            await("the next one's turn, after one was cancelled")
                    .atMost(Shops.LIMIT)
                    .until(() -> run.run("people").phase() == MigrationPhase.SNAPSHOT);
            assertThat(run.run("audit").phase()).isEqualTo(MigrationPhase.CREATED);
            held.set(false);
            for (String name : List.of("stock", "people", "audit")) {
                run.run(name).awaitReadyToCutover(Shops.LIMIT);
            }
        }
        assertThat(mostAtATime(changes, cancelled)).isEqualTo(2);
        group.cleanUp();
    }

    /** Copies nothing while that is set. */
    private static MigrationGroup.Builder throttled(PostgresPair pair, int count, AtomicBoolean held) throws Exception {
        MigrationGroup.Builder builder = MigrationGroup.builder().name("limited");
        for (String name : Shops.names(count)) {
            String database = Shops.database(name);
            pair.source().createDatabase(database);
            pair.source().execute(database, "CREATE TABLE t AS SELECT i AS id FROM generate_series(1, 100) i");
            pair.source().execute(database, "ALTER TABLE t ADD PRIMARY KEY (id)");
            builder.migration(Migration.builder()
                    .name(name)
                    .source(Endpoint.of(pair.source().url(database)).credentials("postgres", ""))
                    .target(Endpoint.of(pair.target().url(database)).credentials("postgres", ""))
                    .createTargetDatabase(true)
                    .copy(CopyOptions.builder()
                            .workers(1)
                            .throttle(Throttles.whileSet(held::get))
                            .build()));
        }
        return builder;
    }

    @Test
    void oneThatStandsStillEndsTheWaitingForAll(PostgresPair pair) throws Exception {
        AtomicBoolean held = new AtomicBoolean(true);
        MigrationGroup group = throttled(pair, 3, held).parallel(3).build();
        try (MigrationGroupRun run = group.start()) {
            await().atMost(Shops.LIMIT).until(() -> count(run, MigrationPhase.SNAPSHOT) == 3);
            assertThatThrownBy(() -> run.awaitReadyToCutover(Duration.ofSeconds(1)))
                    .isInstanceOf(MigrationException.class)
                    .hasMessage(
                            "READY_TO_CUTOVER not reached within PT1S: migration 'orders' is in SNAPSHOT,"
                                    + " 'stock' is in SNAPSHOT, 'people' is in SNAPSHOT; all of them go on, so waiting again is possible");
            run.run("stock").cancel();
            assertThatThrownBy(() -> run.awaitReadyToCutover(Shops.LIMIT))
                    .isInstanceOf(MigrationCancelledException.class)
                    .hasMessage("migration 'stock' was cancelled");
            assertThat(run.phases()).containsEntry("orders", MigrationPhase.SNAPSHOT);
            run.run("people").close();
            assertThatThrownBy(() -> run.awaitCompleted(Shops.LIMIT)).isInstanceOf(MigrationCancelledException.class);
            held.set(false);
            run.run("orders").awaitReadyToCutover(Shops.LIMIT);
        }
        group.cleanUp();
    }

    private static long count(MigrationGroupRun run, MigrationPhase phase) {
        return run.phases().values().stream().filter(phase::equals).count();
    }

    /** By the times at which phases were entered; a turn that ends is told before the next one begins. */
    private static int mostAtATime(List<PhaseChanged> changes, Instant cancelled) {
        Map<String, Instant> begun = new LinkedHashMap<>();
        List<Instant> begins = new ArrayList<>();
        List<Instant> ends = new ArrayList<>();
        for (PhaseChanged change : changes) {
            if (change.to() == MigrationPhase.SCHEMA) {
                begun.put(change.migration(), change.at());
            } else if (change.from() == MigrationPhase.SNAPSHOT) {
                begins.add(begun.get(change.migration()));
                ends.add(change.to() == MigrationPhase.CANCELLED ? cancelled : change.at());
            }
        }
        assertThat(begins).hasSize(4);
        int most = 0;
        for (Instant moment : begins) {
            int running = 0;
            for (int i = 0; i < begins.size(); i++) {
                running += !begins.get(i).isAfter(moment) && ends.get(i).isAfter(moment) ? 1 : 0;
            }
            most = Math.max(most, running);
        }
        return most;
    }

    @Test
    void resumesAllAndLetsThoseThatHaveASlotGoFirst(PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 13)) {
            MigrationGroup group = shops.group();
            try (MigrationGroupRun run = group.start()) {
                run.run("stock").awaitReadyToCutover(Shops.LIMIT);
            }
            assertThatThrownBy(group::start)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is recorded on the target already");
            shops.awaitTraffic();
            try (MigrationGroupRun run = group.resume()) {
                assertThat(run.runs()).containsOnlyKeys("orders", "stock", "people");
                Shops.ready(run).cutover();
            }
            shops.requireCompleted();
        }
    }

    @Test
    void givesAllUpThatAreNotCompleted(PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 2, 14)) {
            MigrationGroup group = shops.group();
            try (MigrationGroupRun run = group.start()) {
                Shops.ready(run).cutover("orders");
                run.cancel();
                run.cancel();
                assertThat(run.phases())
                        .containsEntry("orders", MigrationPhase.COMPLETED)
                        .containsEntry("stock", MigrationPhase.CANCELLED);
            }
            assertThat(pair.source().query("postgres", SLOTS)).containsExactly("0");
            assertThat(shops.ofTarget("stock", "SELECT to_regnamespace('godwit') IS NULL"))
                    .isEqualTo("t");
            assertThat(shops.ofSource("stock", "SHOW default_transaction_read_only"))
                    .isEqualTo("off");
            shops.awaitTraffic();
        }
    }
}
