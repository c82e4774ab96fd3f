package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import dev.godwit.testkit.WriteWorkload;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that end and servers that restart while a run goes on: it goes on as well, without a resume. */
@Tag("F3")
@PostgresPairTest(source = "13", target = "17")
final class LostConnectionsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OWNER = "SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2";
    private static final String END_ALL =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'godwit-lost'";

    private static final String END_ANY = "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
            + " WHERE application_name = 'godwit-lost' ORDER BY random() LIMIT 1) s";
    private static final long SEED = Long.getLong("godwit.random.seed", 20_261_120L);
    private static final int TERMINATIONS = Integer.getInteger("godwit.random.terminations", 10);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    private Runnable atSwitch = () -> {};

    private MigrationRun start(PostgresPair pair, WriteWorkload workload) {
        return migration(pair, workload).start();
    }

    private Migration migration(PostgresPair pair, WriteWorkload workload) {
        return Migration.builder()
                .name("lost")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(context -> {
                            compare(pair);
                            atSwitch.run();
                            workload.switchTo(pair.targetDataSource());
                        })
                        .build())
                .listener(events::add)
                .build();
    }

    private static void compare(PostgresPair pair) throws SQLException {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    private static WriteWorkload workload(PostgresPair pair) throws Exception {
        WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                .writers(2)
                .thinkTime(Duration.ofMillis(10))
                .build();
        workload.createTables();
        pair.source()
                .execute(
                        PostgresPair.DATABASE,
                        "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                        "INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 60000) i",
                        "CREATE TABLE small (id int PRIMARY KEY)",
                        "INSERT INTO small SELECT generate_series(1, 1000)");
        workload.start();
        workload.awaitAcknowledged(20, LIMIT);
        return workload;
    }

    private void cutOver(PostgresPair pair, MigrationRun run, WriteWorkload workload) throws Exception {
        run.awaitReadyToCutover(LIMIT);
        workload.awaitAcknowledged(workload.statistics().acknowledged() + 20, LIMIT);
        run.cutover();
        workload.awaitAcknowledged(workload.statistics().acknowledged() + 20, LIMIT);
        workload.stop();
        assertThat(workload.verify(pair.targetDataSource())).isEmpty();
        assertThat(events).noneMatch(MigrationEvent.Failed.class::isInstance);
    }

    @Test
    void goesOnWhenTheOwnersSessionIsTerminated(PostgresPair pair) throws Exception {
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            run.awaitReadyToCutover(LIMIT);
            String owner = pair.target().query(PostgresPair.DATABASE, OWNER).get(0);
            pair.target().execute("postgres", "SELECT pg_terminate_backend(" + owner + ")");
            await("another session owns the migration").atMost(LIMIT).until(() -> {
                List<String> owners = pair.target().query(PostgresPair.DATABASE, OWNER);
                return owners.size() == 1 && !owners.get(0).equals(owner);
            });
            assertThatThrownBy(() -> migration(pair, workload).resume())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("another process");
            cutOver(pair, run, workload);
        }
    }

    @Test
    void completesACutoverInWhichTheOwnersSessionIsTerminated(PostgresPair pair) throws Exception {
        atSwitch = () -> pair.target()
                .query(PostgresPair.DATABASE, OWNER)
                .forEach(owner -> pair.target().execute("postgres", "SELECT pg_terminate_backend(" + owner + ")"));
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            cutOver(pair, run, workload);
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            assertThat(pair.source().query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                    .isEmpty();
        }
    }

    @Test
    void stopsWhenAnotherOwnerWasThereInBetween(PostgresPair pair) throws Exception {
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            run.awaitReadyToCutover(LIMIT);
            pair.target()
                    .execute(
                            PostgresPair.DATABASE,
                            "UPDATE godwit.migration SET owner_epoch = owner_epoch + 1",
                            END_ALL);
            await("stopped").atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
            assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT))
                    .hasMessageContaining("taken over by another process");
        }
        try (WriteWorkload workload =
                WriteWorkload.builder(pair.sourceDataSource()).build()) {
            migration(pair, workload).cleanUp();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "target"})
    void goesOnWhenAllSessionsOfOneSideAreTerminatedInTheCopy(String side, PostgresPair pair) throws Exception {
        PostgresServer server = side.equals("source") ? pair.source() : pair.target();
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            awaitCopyOf(pair, "large");
            server.execute("postgres", END_ALL);
            cutOver(pair, run, workload);
            // A part of the copy is tried again in another session; what needs the snapshot waits for a new one.
            assertThat(events)
                    .anyMatch(event -> event instanceof MigrationEvent.Reconnecting
                            || (event instanceof MigrationEvent.Warning warning
                                    && warning.message().endsWith("trying again")));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StopMode.class,
            names = {"FAST", "IMMEDIATE"})
    void goesOnWhenTheTargetRestarts(StopMode mode, PostgresPair pair) throws Exception {
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            if (mode == StopMode.FAST) {
                awaitCopyOf(pair, "large");
            } else {
                run.awaitReadyToCutover(LIMIT);
            }
            pair.target().stop(mode);
            workload.awaitAcknowledged(workload.statistics().acknowledged() + 20, LIMIT);
            pair.target().start();
            cutOver(pair, run, workload);
        }
    }

    @Test
    void goesOnWhenTheSourceCrashes(PostgresPair pair) throws Exception {
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().kill();
            pair.source().start();
            cutOver(pair, run, workload);
        }
    }

    /** One after the other, in every phase up to the cutover; {@code -Dgodwit.random.seed} gives the seed. */
    @Test
    void goesOnWhicheverSessionsAreTerminated(PostgresPair pair) throws Exception {
        Random random = new Random(SEED);
        try (WriteWorkload workload = workload(pair);
                MigrationRun run = start(pair, workload)) {
            int ended = 0;
            for (int i = 0; i < TERMINATIONS; i++) {
                PostgresServer server = random.nextBoolean() ? pair.source() : pair.target();
                ended += server.query("postgres", END_ANY).size();
                assertThat(run.phase()).as("seed %d", SEED).isNotEqualTo(MigrationPhase.FAILED);
                Thread.sleep(random.nextInt(300));
            }
            assertThat(ended).isPositive();
            cutOver(pair, run, workload);
        }
    }

    private static void awaitCopyOf(PostgresPair pair, String table) {
        await("the copy of " + table)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !pair.source()
                        .query(
                                PostgresPair.DATABASE,
                                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'godwit-lost'"
                                        + " AND query LIKE 'COPY%\"" + table + "\"%' AND state = 'active'")
                        .isEmpty());
    }
}
