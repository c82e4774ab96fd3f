package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WorkloadKind;
import dev.godwit.testkit.WriteWorkload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole path on real servers, under traffic, from the first commit to the switched one. */
@Tag("V1")
final class LiveMigrationIT {
    private static final int OLDEST = 10;
    private static final int NEWEST = 18;

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void movesALiveDatabaseFrom13To17(PostgresPair pair) throws Exception {
        migrateUnderTraffic(pair);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void movesALiveDatabaseFrom10To18(PostgresPair pair) throws Exception {
        migrateUnderTraffic(pair);
    }

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void movesALiveDatabaseFrom15To15(PostgresPair pair) throws Exception {
        migrateUnderTraffic(pair);
    }

    /** One pair that no other test has, or with {@code -Dgodwit.pairs=all} every version to itself and every newer one. */
    static Stream<Arguments> pairs() {
        if (!"all".equals(System.getProperty("godwit.pairs"))) {
            return Stream.of(Arguments.of("10", "13"));
        }
        return IntStream.rangeClosed(OLDEST, NEWEST)
                .boxed()
                .flatMap(source -> IntStream.rangeClosed(source, NEWEST)
                        .mapToObj(target -> Arguments.of(String.valueOf(source), String.valueOf(target))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void movesALiveDatabase(String source, String target) throws Exception {
        try (PostgresPair pair = PostgresPair.shared(source, target)) {
            migrateUnderTraffic(pair);
        }
    }

    private static void migrateUnderTraffic(PostgresPair pair) throws Exception {
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        try (WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                .writers(4)
                .weight(WorkloadKind.PREPARED, 1)
                .weight(WorkloadKind.DDL, 1)
                // version 10 tells subscribers nothing of them
                .weight(WorkloadKind.TRUNCATES, pair.source().major().equals("10") ? 0 : 1)
                .thinkTime(Duration.ofMillis(20))
                .build()) {
            workload.createTables().start();
            workload.awaitAcknowledged(200, Duration.ofSeconds(30));
            TrafficSwitch trafficSwitch = context -> workload.switchTo(pair.targetDataSource());
            CutoverReport report;
            Duration calm;
            try (MigrationRun run = migration(pair, trafficSwitch, events).start()) {
                run.awaitReadyToCutover(Duration.ofSeconds(60));
                calm = workload.statistics().longestGap();
                workload.resetLongestGap();
                report = run.cutover();
                assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            }
            long acknowledged = workload.statistics().acknowledged();
            workload.awaitAcknowledged(acknowledged + 200, Duration.ofSeconds(30));
            workload.stop();

            // A second, and as much more as this machine is slow.
            Duration longest = Duration.ofSeconds(1).plus(calm.multipliedBy(10));
            assertThat(report.writePause()).isLessThan(longest);
            assertThat(report.steps().keySet())
                    .containsExactly("prepare", "fence", "drain", "fill", "seal", "decide", "switch");
            assertThat(workload.verify(pair.targetDataSource())).isEmpty();
            assertThat(workload.verifyLeftBehind(pair.sourceDataSource())).isEmpty();
            assertThat(workload.statistics().longestGap()).isLessThan(longest);
        }
        assertThat(phases(events))
                .containsSubsequence(
                        MigrationPhase.PREFLIGHT,
                        MigrationPhase.SCHEMA,
                        MigrationPhase.SNAPSHOT,
                        MigrationPhase.CATCH_UP,
                        MigrationPhase.READY_TO_CUTOVER,
                        MigrationPhase.CUTOVER,
                        MigrationPhase.COMPLETED);
    }

    private static Migration migration(PostgresPair pair, TrafficSwitch trafficSwitch, List<MigrationEvent> events) {
        return Migration.builder()
                .name("live")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder().trafficSwitch(trafficSwitch).build())
                .listener(events::add)
                .build();
    }

    private static List<MigrationPhase> phases(List<MigrationEvent> events) {
        return events.stream()
                .filter(MigrationEvent.PhaseChanged.class::isInstance)
                .map(event -> ((MigrationEvent.PhaseChanged) event).to())
                .toList();
    }
}
