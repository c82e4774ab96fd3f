package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresAssertions;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.ShiftedClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The servers' clocks are hours apart, and are set while the run goes on. */
@Tag("F12")
final class ClockSkewIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** More than a loaded machine makes of a lag, less than any clock is off. */
    private static final Duration SANE = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofSeconds(20);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void isOfNoConsequence() throws Exception {
        try (ShiftedClock source = ShiftedClock.ahead(Duration.ofHours(1));
                ShiftedClock target = ShiftedClock.ahead(Duration.ofHours(-1));
                PostgresPair pair = pair(source, target)) {
            migrate(pair, source, target);
            PostgresAssertions.assertThat(pair).hasNoLeftovers();
        }
    }

    private static PostgresPair pair(ShiftedClock sourceClock, ShiftedClock targetClock) {
        PostgresServer source = PostgresServer.builder(13).clock(sourceClock).start();
        try {
            return PostgresPair.of(
                    source, PostgresServer.builder(17).clock(targetClock).start());
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private void migrate(PostgresPair pair, ShiftedClock source, ShiftedClock target) throws Exception {
        try (LiveTraffic traffic = LiveTraffic.on(
                        pair,
                        "CREATE TABLE item (id int PRIMARY KEY, name text)",
                        "INSERT INTO item SELECT i, md5(i::text) FROM generate_series(1, 1000) i");
                Connection idle = pair.connectSource()) {
            Migration migration = migration(pair, traffic);
            assertThat(migration.preflight().findings())
                    .filteredOn(finding -> finding.code().equals(FindingCode.CLOCKS.code()))
                    .extracting(Finding::observed)
                    .singleElement()
                    .asString()
                    .contains("behind the source's");
            try (MigrationRun run = migration.start()) {
                awaitCaughtUp(run, traffic);
                // As many minutes as a walsender waits for an answer have passed at once.
                source.set(Duration.ofHours(3));
                target.set(Duration.ofHours(1));
                awaitCaughtUp(run, traffic);
                run.verify().throwIfDifferent();
                // Now everybody who is connected to the source began in its future.
                source.set(Duration.ofHours(-1));
                target.set(Duration.ofHours(-3));
                awaitCaughtUp(run, traffic);
                CutoverReport report = run.cutover();
                assertThat(report.writePause()).isBetween(Duration.ofNanos(1), PAUSE);
                assertThat(report.steps().values()).allMatch(took -> !took.isNegative() && took.compareTo(SANE) < 0);
            }
            requireEnded(idle);
            traffic.requireArrived();
            migration.cleanUp();
        }
        assertThat(events).noneMatch(MigrationEvent.Failed.class::isInstance);
        assertThat(events).noneMatch(MigrationEvent.CutoverReverted.class::isInstance);
    }

    private Migration migration(PostgresPair pair, LiveTraffic traffic) {
        return Migration.builder()
                .name("clocks")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .maxWritePause(PAUSE)
                        .trafficSwitch(traffic.switching())
                        .build())
                .listener(events::add)
                .build();
    }

    /** The lag is one of this moment, whatever the clocks say. */
    private static void awaitCaughtUp(MigrationRun run, LiveTraffic traffic) throws Exception {
        traffic.awaitMore(20);
        run.awaitReadyToCutover(LIMIT);
        Awaitility.await("a lag")
                .atMost(LIMIT)
                .until(() -> run.status().replication().lag() != null);
        assertThat(run.status().replication().lag()).isBetween(Duration.ZERO, SANE);
    }

    /** Or it would go on writing to the old server. */
    private static void requireEnded(Connection idle) throws SQLException {
        try (Statement statement = idle.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO item VALUES (-1, 'left behind')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("57P01", "08006", "08003"));
        }
    }
}
