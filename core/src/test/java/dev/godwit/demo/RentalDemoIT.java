package dev.godwit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.demo.proof.Finding;
import dev.godwit.testkit.PostgresServer;
import org.junit.jupiter.api.Test;

/** Plays the demo at a fortieth of its size, moved by {@link ReplicationByHand}: is what it says about a move true? */
class RentalDemoIT {

    private static final DemoSettings SMALL = new DemoSettings(0.025, 4, 200, 1);

    @Test
    void findsNothingWrongWithAMoveThatLosesNothing() throws Exception {
        DemoReport report = new RentalDemo(SMALL, new ReplicationByHand()).play();

        assertThat(report.findings()).filteredOn(finding -> !finding.holds()).isEmpty();
        assertThat(report.pause().oneConnection())
                .isGreaterThanOrEqualTo(report.pause().allConnections());
        assertThat(report.allHolds()).isTrue();
    }

    @Test
    void findsALostAndADoubledTransactionAndASequenceLeftBehind() throws Exception {
        DatabaseMove careless = (source, target, listener, application) -> new ReplicationByHand()
                .run(source, target, listener, new DatabaseMove.Application() {
                    @Override
                    public void awaitGoodMoment() throws Exception {
                        application.awaitGoodMoment();
                    }

                    @Override
                    public void moveToTarget() throws Exception {
                        spoil(target);
                        application.moveToTarget();
                    }
                });

        DemoReport report = new RentalDemo(SMALL, careless).play();

        assertThat(report.allHolds()).isFalse();
        assertThat(report.findings())
                .filteredOn(finding -> !finding.holds())
                .extracting(Finding::evidence)
                .anyMatch(evidence -> evidence.contains("1 missing, 1 twice"))
                .anyMatch(evidence -> evidence.contains("customer_statistics differs"))
                .anyMatch(evidence -> evidence.contains("actor_actor_id_seq"))
                .anyMatch(evidence -> evidence.contains("1 of them wrong"))
                .hasSize(4);
    }

    private static void spoil(PostgresServer target) {
        target.execute(
                RentalDatabase.NAME,
                "DELETE FROM receipt WHERE ctid = (SELECT min(ctid) FROM receipt)",
                "INSERT INTO receipt SELECT * FROM receipt LIMIT 1",
                "UPDATE customer_statistics SET paid = paid + 1 WHERE customer_id = 1",
                "SELECT setval('actor_actor_id_seq', 1)");
    }
}
