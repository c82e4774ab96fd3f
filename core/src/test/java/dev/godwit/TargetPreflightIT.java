package dev.godwit;

import static dev.godwit.PreflightTrial.TABLE;
import static dev.godwit.PreflightTrial.all;
import static dev.godwit.PreflightTrial.assertNothingFound;
import static dev.godwit.PreflightTrial.mend;
import static dev.godwit.PreflightTrial.one;
import static dev.godwit.PreflightTrial.only;
import static dev.godwit.PreflightTrial.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds of the target server and its settings, and that its remedies mend it. */
@Tag("S1")
@PostgresPairTest(source = "15", target = "17")
final class TargetPreflightIT {

    @BeforeEach
    void somethingToMigrate(PostgresPair pair) {
        pair.source().execute("app", TABLE);
    }

    @ParameterizedTest
    @Provokes({FindingCode.TARGET_PREPARED_TRANSACTIONS, FindingCode.TARGET_WORKERS})
    @CsvSource(delimiter = '|', textBlock = """
            max_prepared_transactions        | 0 | TARGET_PREPARED_TRANSACTIONS | is 0 on the target and 20 on the source
            max_worker_processes             | 4 | TARGET_WORKERS               | max_worker_processes on the target is 4
            max_parallel_maintenance_workers | 0 | TARGET_WORKERS               | max_parallel_maintenance_workers on the target is 0
            """)
    void findsASetting(String name, String value, FindingCode code, String observed, PostgresPair pair) {
        pair.target().setParameter(name, value);
        pair.target().restart();
        Finding finding = only(report(pair), code);
        assertThat(finding.object()).isEqualTo(name);
        assertThat(finding.observed()).contains(observed);
        mend(pair.target(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes({FindingCode.TARGET_CONNECTIONS, FindingCode.TARGET_MAX_CONNECTIONS})
    void findsTooFewConnections(PostgresPair pair) {
        pair.target().setParameter("max_connections", "9");
        pair.target().restart();
        PreflightReport report = report(pair);
        assertThat(report.findings())
                .extracting(Finding::code)
                .containsExactly(FindingCode.TARGET_CONNECTIONS.code(), FindingCode.TARGET_MAX_CONNECTIONS.code());
        mend(pair.target(), one(report, FindingCode.TARGET_CONNECTIONS));
        Finding finding = only(report(pair), FindingCode.TARGET_MAX_CONNECTIONS);
        mend(pair.target(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.TARGET_READ_ONLY)
    void findsAStandby(PostgresPair pair) throws Exception {
        Path signal = pair.target().dataDirectory().resolve("standby.signal");
        Files.createFile(signal);
        pair.target().restart();
        try {
            Finding finding = one(report(pair), FindingCode.TARGET_READ_ONLY);
            assertThat(finding.observed()).contains("it is a standby");
        } finally {
            Files.delete(signal);
            pair.target().restart();
        }
        assertNothingFound(pair);
    }

    @ParameterizedTest
    @Provokes(FindingCode.TARGET_READ_ONLY_DEFAULT)
    @CsvSource(delimiter = '|', textBlock = """
            ALTER DATABASE app SET default_transaction_read_only = on            | database app
            ALTER ROLE clerk SET default_transaction_read_only = 'yes'           | role clerk
            ALTER ROLE clerk IN DATABASE app SET default_transaction_read_only = 1 | role clerk in database app
            """)
    void findsThatTheApplicationCouldNotWrite(String setting, String object, PostgresPair pair) {
        pair.target().execute("app", "CREATE ROLE clerk", "ALTER ROLE clerk SET default_transaction_read_only = off");
        assertNothingFound(pair);
        pair.target().execute("app", "ALTER ROLE clerk RESET ALL", setting);
        Finding finding = only(report(pair), FindingCode.TARGET_READ_ONLY_DEFAULT);
        assertThat(finding.object()).isEqualTo(object);
        mend(pair.target(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.TARGET_REPLICATION_ROLE_DEFAULT)
    void findsThatTriggersWouldNotFire(PostgresPair pair) {
        PostgresServer target = pair.target();
        target.execute("app", "ALTER ROLE postgres IN DATABASE app SET session_replication_role = replica");
        Finding finding = only(report(pair), FindingCode.TARGET_REPLICATION_ROLE_DEFAULT);
        assertThat(finding.object()).isEqualTo("role postgres in database app");
        mend(target, finding);
        assertNothingFound(pair);
        target.execute("app", "ALTER SYSTEM SET session_replication_role = 'local'");
        target.reload();
        finding = only(report(pair), FindingCode.TARGET_REPLICATION_ROLE_DEFAULT);
        assertThat(finding.observed()).contains("server on the target has session_replication_role = local");
        mend(target, finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.TARGET_TEMP_LIMIT)
    void findsALimitOfTemporarySpace(PostgresPair pair) {
        pair.target().execute("app", "ALTER ROLE postgres SET temp_file_limit = '1MB'");
        assertNothingFound(pair);
        pair.source().execute("app", "INSERT INTO item SELECT i, repeat('x', 50) FROM generate_series(1, 20000) i");
        Finding finding = only(report(pair), FindingCode.TARGET_TEMP_LIMIT);
        assertThat(finding.observed()).contains("is 1024 kB").contains("the largest table takes");
        mend(pair.target(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.TARGET_SYNCHRONOUS_STANDBY)
    void findsAStandbyThatIsWaitedForInVain(PostgresPair pair) {
        pair.target().setParameter("synchronous_standby_names", "nobody");
        pair.target().reload();
        Finding finding = only(report(pair), FindingCode.TARGET_SYNCHRONOUS_STANDBY);
        assertThat(finding.observed()).contains("'nobody'").contains("wait for ever");
        mend(pair.target(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes({FindingCode.TARGET_IDLE_SLOT, FindingCode.TARGET_PUBLICATION_ALL})
    void findsWhoWouldGetAllThatIsCopied(PostgresPair pair) {
        PostgresServer target = pair.target();
        target.execute("app", "SELECT pg_create_physical_replication_slot('unused')", "CREATE PUBLICATION of_nothing");
        assertNothingFound(pair);
        target.execute(
                "app",
                "SELECT pg_create_physical_replication_slot('idle', true)",
                "CREATE PUBLICATION everything FOR ALL TABLES");
        PreflightReport report = report(pair);
        assertThat(report.findings()).hasSize(2);
        assertThat(one(report, FindingCode.TARGET_IDLE_SLOT).object()).isEqualTo("idle");
        assertThat(one(report, FindingCode.TARGET_PUBLICATION_ALL).object()).isEqualTo("everything");
        report.findings().forEach(finding -> mend(target, finding));
        assertNothingFound(pair);
        target.execute("app", "SELECT pg_drop_replication_slot('unused')", "DROP PUBLICATION of_nothing");
        assertThat(all(report(pair), FindingCode.TARGET_IDLE_SLOT)).isEmpty();
    }
}
