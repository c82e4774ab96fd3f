package dev.godwit;

import static dev.godwit.PreflightTrial.TABLE;
import static dev.godwit.PreflightTrial.all;
import static dev.godwit.PreflightTrial.mend;
import static dev.godwit.PreflightTrial.one;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the preflight finds that stands in the way back, and in no other; and that its remedies mend it. */
@PostgresPairTest(source = "15", target = "17")
final class ReversePreflightIT {

    @BeforeEach
    void somethingToMigrate(PostgresPair pair) {
        pair.source().execute("app", TABLE);
    }

    private static PreflightReport report(PostgresPair pair, boolean reverse, String source, String target) {
        return Migration.builder()
                .name("checked")
                .source(Endpoint.of(pair.sourceUrl()).credentials(source, ""))
                .target(Endpoint.of(pair.targetUrl()).credentials(target, ""))
                .reverse(reverse)
                .build()
                .preflight();
    }

    private static PreflightReport report(PostgresPair pair) {
        return report(pair, true, "postgres", "postgres");
    }

    @Test
    @Provokes({FindingCode.REVERSE_WAL_LEVEL, FindingCode.REVERSE_PLACES})
    void findsATargetThatIsNoSource(PostgresPair pair) {
        pair.target().setParameter("wal_level", "replica");
        pair.target().setParameter("max_replication_slots", "0");
        pair.target().restart();
        assertThat(report(pair, false, "postgres", "postgres").findings()).isEmpty();
        PreflightReport report = report(pair);
        Finding level = one(report, FindingCode.REVERSE_WAL_LEVEL);
        assertThat(level.observed()).contains("is 'replica'");
        Finding slots = one(report, FindingCode.REVERSE_PLACES);
        assertThat(slots.object()).isEqualTo("max_replication_slots");
        assertThat(report.findings()).hasSize(2);
        mend(pair.target(), level);
        mend(pair.target(), slots);
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes({FindingCode.REVERSE_REPLICATION, FindingCode.REVERSE_REPLICA_ROLE, FindingCode.REVERSE_FENCE})
    void findsTheRightsThatAreMissing(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN REPLICATION IN ROLE pg_signal_backend, pg_read_all_stats",
                        "ALTER DATABASE app OWNER TO mover",
                        "ALTER TABLE item OWNER TO mover");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN IN ROLE pg_read_all_stats",
                        "ALTER DATABASE app OWNER TO mover",
                        "GRANT SET ON PARAMETER session_replication_role TO mover",
                        "GRANT ALL ON SCHEMA public TO mover");
        PreflightReport report = report(pair, true, "mover", "mover");
        Finding replication = one(report, FindingCode.REVERSE_REPLICATION);
        Finding role = one(report, FindingCode.REVERSE_REPLICA_ROLE);
        Finding fence = one(report, FindingCode.REVERSE_FENCE);
        assertThat(fence.observed()).contains("may not end other sessions");
        PreflightReport without = report(pair, false, "mover", "mover");
        assertThat(all(without, FindingCode.REVERSE_REPLICATION)).isEmpty();
        assertThat(all(without, FindingCode.REVERSE_FENCE)).isEmpty();
        mend(pair.target(), replication);
        mend(pair.source(), role);
        mend(pair.target(), fence);
        PreflightReport mended = report(pair, true, "mover", "mover");
        for (FindingCode code : new FindingCode[] {
            FindingCode.REVERSE_REPLICATION, FindingCode.REVERSE_REPLICA_ROLE, FindingCode.REVERSE_FENCE
        }) {
            assertThat(all(mended, code)).as(code.name()).isEmpty();
        }
    }
}
