package dev.godwit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CutoverOptions;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Both sides are compared as of one position while writers go on: what differs is damage, and nothing else is. */
final class VerifyUnderTrafficIT {
    /** More of them by {@code -Dgodwit.verifications}. */
    private static final int ROUNDS = Integer.getInteger("godwit.verifications", 4);

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void findsBothSidesEqualAgainAndAgain(PostgresPair pair) throws Exception {
        verifyUnderTraffic(pair, 1);
    }

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void findsBothSidesEqualWithSeveralAppliers(PostgresPair pair) throws Exception {
        verifyUnderTraffic(pair, 4);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void findsBothSidesEqualAcrossManyVersions(PostgresPair pair) throws Exception {
        verifyUnderTraffic(pair, 2);
    }

    private static void verifyUnderTraffic(PostgresPair pair, int appliers) throws Exception {
        try (Trial trial = new Trial(pair).create();
                WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                        .writers(4)
                        .thinkTime(Duration.ofMillis(8))
                        .build()) {
            workload.createTables().start();
            trial.write(true);
            try (MigrationRun run =
                    trial.migration(CutoverOptions.builder().build(), appliers).start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                for (int round = 0; round < ROUNDS; round++) {
                    long before = workload.statistics().acknowledged() + trial.written();
                    VerificationReport report = run.verify();
                    assertThat(report.isEqual()).as(report.toTable()).isTrue();
                    assertThat(report.tables()).hasSizeGreaterThan(3);
                    assertThat(workload.statistics().acknowledged() + trial.written())
                            .isGreaterThan(before);
                }
                trial.target(
                        "UPDATE item SET weight = weight + 1e-9 WHERE id = 7",
                        "DELETE FROM part WHERE item = 8 AND pos = 2");
                VerificationReport damaged = run.verify();
                assertThat(damaged.differences())
                        .extracting(Object::toString)
                        .hasSize(2)
                        .anyMatch(text -> text.startsWith("public.item key ") && text.endsWith(": DIFFERENT in weight"))
                        .anyMatch(text -> text.startsWith("public.part key ") && text.endsWith(": MISSING"));
                assertThat(run.status().verification().last()).isNotNull();
                run.cancel();
            }
            assertThat(trial.events())
                    .filteredOn(MigrationEvent.VerificationStarted.class::isInstance)
                    .hasSize(ROUNDS + 1);
        }
    }
}
