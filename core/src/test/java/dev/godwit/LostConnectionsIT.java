package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.ServerSessions;
import dev.godwit.testkit.SessionKind;
import dev.godwit.testkit.StopMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that end and servers that restart while a run goes on: it goes on as well, without a resume. */
@Tag("F3")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class LostConnectionsIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String OWNER = "SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2";
    private static final String SESSIONS = "godwit-lost";
    private static final long SEED = Long.getLong("godwit.random.seed", 20_261_120L);
    private static final int TERMINATIONS = Integer.getInteger("godwit.random.terminations", 10);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    private Runnable atSwitch = () -> {};

    private MigrationRun start(PostgresPair pair, LiveTraffic traffic) {
        return migration(pair, traffic).start();
    }

    private Migration migration(PostgresPair pair, LiveTraffic traffic) {
        return traffic.migration(
                        "lost",
                        Endpoint.of(pair.sourceUrl()).credentials("postgres", ""),
                        Endpoint.of(pair.targetUrl()).credentials("postgres", ""),
                        atSwitch)
                .listener(events::add)
                .build();
    }

    private static LiveTraffic traffic(PostgresPair pair) throws Exception {
        return traffic(pair, 1_000);
    }

    /** With a table whose copy takes long enough to be met. */
    private static LiveTraffic longTraffic(PostgresPair pair) throws Exception {
        return traffic(pair, 60_000);
    }

    private static LiveTraffic traffic(PostgresPair pair, int rows) throws Exception {
        return LiveTraffic.on(
                pair,
                "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                "INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, " + rows + ") i",
                "CREATE TABLE small (id int PRIMARY KEY)",
                "INSERT INTO small SELECT generate_series(1, 1000)");
    }

    private void cutOver(MigrationRun run, LiveTraffic traffic) throws Exception {
        run.awaitReadyToCutover(LIMIT);
        traffic.awaitMore(20);
        run.cutover();
        traffic.requireArrived();
        assertThat(events).noneMatch(MigrationEvent.Failed.class::isInstance);
    }

    @Test
    void goesOnWhenTheOwnersSessionIsTerminated(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair);
                MigrationRun run = start(pair, traffic)) {
            run.awaitReadyToCutover(LIMIT);
            String owner = pair.target().query(PostgresPair.DATABASE, OWNER).get(0);
            pair.target().execute("postgres", "SELECT pg_terminate_backend(" + owner + ")");
            await("another session owns the migration").atMost(LIMIT).until(() -> {
                List<String> owners = pair.target().query(PostgresPair.DATABASE, OWNER);
                return owners.size() == 1 && !owners.get(0).equals(owner);
            });
            assertThatThrownBy(() -> migration(pair, traffic).resume())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("another process");
            cutOver(run, traffic);
        }
    }

    @Test
    void completesACutoverInWhichTheOwnersSessionIsTerminated(PostgresPair pair) throws Exception {
        atSwitch = () -> pair.target()
                .query(PostgresPair.DATABASE, OWNER)
                .forEach(owner -> pair.target().execute("postgres", "SELECT pg_terminate_backend(" + owner + ")"));
        try (LiveTraffic traffic = traffic(pair);
                MigrationRun run = start(pair, traffic)) {
            cutOver(run, traffic);
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            assertThat(pair.source().query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                    .isEmpty();
        }
    }

    @Test
    void stopsWhenAnotherOwnerWasThereInBetween(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair)) {
            try (MigrationRun run = start(pair, traffic)) {
                run.awaitReadyToCutover(LIMIT);
                pair.target()
                        .execute(PostgresPair.DATABASE, "UPDATE godwit.migration SET owner_epoch = owner_epoch + 1");
                ServerSessions.on(pair.target()).named(SESSIONS).terminate();
                await("stopped").atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
                assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT))
                        .hasMessageContaining("taken over by another process");
            }
            cleanUpBehindASuspendedProcess(pair, migration(pair, traffic));
        }
    }

    /** It has lost its lock, and stands still right before a commit: its server's end of the connection is there as before. */
    private static void cleanUpBehindASuspendedProcess(PostgresPair pair, Migration migration) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("ApplicationName", SESSIONS);
        try (Connection suspended = DriverManager.getConnection(pair.targetUrl(), properties);
                Statement statement = suspended.createStatement()) {
            suspended.setAutoCommit(false);
            statement.execute("SELECT FROM godwit.migration FOR SHARE");
            migration.cleanUp();
            assertThatThrownBy(suspended::commit)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("57P01", "08006", "08003"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "target"})
    void goesOnWhenAllSessionsOfOneSideAreTerminatedInTheCopy(String side, PostgresPair pair) throws Exception {
        PostgresServer server = side.equals("source") ? pair.source() : pair.target();
        try (LiveTraffic traffic = longTraffic(pair);
                MigrationRun run = start(pair, traffic)) {
            awaitCopyOf(pair, "large");
            assertThat(ServerSessions.on(server).named(SESSIONS).terminate()).isPositive();
            cutOver(run, traffic);
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
        try (LiveTraffic traffic = mode == StopMode.FAST ? longTraffic(pair) : traffic(pair);
                MigrationRun run = start(pair, traffic)) {
            if (mode == StopMode.FAST) {
                awaitCopyOf(pair, "large");
            } else {
                run.awaitReadyToCutover(LIMIT);
            }
            pair.target().stop(mode);
            traffic.awaitMore(20);
            pair.target().start();
            cutOver(run, traffic);
        }
    }

    @Test
    void goesOnWhenTheSourceCrashes(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair);
                MigrationRun run = start(pair, traffic)) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().kill();
            pair.source().start();
            cutOver(run, traffic);
        }
    }

    /** One after the other, in every phase up to the cutover; {@code -Dgodwit.random.seed} gives the seed. */
    @Test
    void goesOnWhicheverSessionsAreTerminated(PostgresPair pair) throws Exception {
        Random random = new Random(SEED);
        try (LiveTraffic traffic = longTraffic(pair);
                MigrationRun run = start(pair, traffic)) {
            int ended = 0;
            for (int i = 0; i < TERMINATIONS; i++) {
                PostgresServer server = random.nextBoolean() ? pair.source() : pair.target();
                ended += ServerSessions.on(server).named(SESSIONS).terminateOne();
                assertThat(run.phase()).as("seed %d", SEED).isNotEqualTo(MigrationPhase.FAILED);
                Thread.sleep(random.nextInt(300));
            }
            assertThat(ended).isPositive();
            run.awaitReadyToCutover(LIMIT);
            endOneOf(pair.source(), SessionKind.WALSENDER);
            endOneOf(pair.target(), SessionKind.APPLY);
            endOneOf(pair.target(), SessionKind.CONTROL);
            cutOver(run, traffic);
        }
    }

    private static void endOneOf(PostgresServer server, SessionKind kind) {
        await(kind.toString())
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ServerSessions.on(server).of(kind).terminateOne() == 1);
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
