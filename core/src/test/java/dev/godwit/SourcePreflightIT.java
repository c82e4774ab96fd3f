package dev.godwit;

import static dev.godwit.PreflightTrial.TABLE;
import static dev.godwit.PreflightTrial.all;
import static dev.godwit.PreflightTrial.assertNothingFound;
import static dev.godwit.PreflightTrial.mend;
import static dev.godwit.PreflightTrial.one;
import static dev.godwit.PreflightTrial.only;
import static dev.godwit.PreflightTrial.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.matrix.Sampled;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds of the source server, its settings and what goes on there, and that its remedies mend it. */
@Tag("S1")
@PostgresPairTest(source = "15", target = "17")
@Sampled(oneOf = 3)
final class SourcePreflightIT {

    @BeforeEach
    void somethingToMigrate(PostgresPair pair) {
        pair.source().execute("app", TABLE);
    }

    @ParameterizedTest
    @Provokes({FindingCode.WAL_SENDER_TIMEOUT_SHORT, FindingCode.WAL_SENDER_TIMEOUT_OFF, FindingCode.SLOT_WAL_LIMIT})
    @CsvSource(delimiter = '|', textBlock = """
            wal_sender_timeout     | 5s  | WAL_SENDER_TIMEOUT_SHORT | wal_sender_timeout on the source is 5000 ms
            wal_sender_timeout     | 0   | WAL_SENDER_TIMEOUT_OFF   | wal_sender_timeout on the source is 0
            max_slot_wal_keep_size | 1GB | SLOT_WAL_LIMIT           | is 1024 MB
            """)
    void findsASettingThatAReloadMends(
            String name, String value, FindingCode code, String observed, PostgresPair pair) {
        pair.source().setParameter(name, value);
        pair.source().reload();
        Finding finding = only(report(pair), code);
        assertThat(finding.object()).isEqualTo(name);
        assertThat(finding.observed()).contains(observed);
        mend(pair.source(), finding);
        assertNothingFound(pair);
    }

    @ParameterizedTest
    @Provokes({FindingCode.FEW_WALSENDERS, FindingCode.OLD_SNAPSHOT_THRESHOLD, FindingCode.SOURCE_CONNECTIONS})
    @CsvSource(delimiter = '|', textBlock = """
            max_wal_senders        | 5     | FEW_WALSENDERS         | is 5
            old_snapshot_threshold | 60min | OLD_SNAPSHOT_THRESHOLD | is 60 min
            max_connections        | 9     | SOURCE_CONNECTIONS     | of 9 connections (max_connections)
            """)
    void findsASettingThatARestartMends(
            String name, String value, FindingCode code, String observed, PostgresPair pair) {
        pair.source().setParameter(name, value);
        pair.source().restart();
        Finding finding = only(report(pair), code);
        assertThat(finding.object()).isEqualTo(name);
        assertThat(finding.observed()).contains(observed);
        mend(pair.source(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes({FindingCode.ONE_FREE_WALSENDER, FindingCode.FEW_WALSENDERS})
    void warnsOfTheLastFreeWalsender(PostgresPair pair) {
        pair.source().setParameter("max_wal_senders", "1");
        pair.source().restart();
        PreflightReport report = report(pair);
        assertThat(report.blockers()).isEmpty();
        assertThat(one(report, FindingCode.FEW_WALSENDERS).observed()).contains("is 1");
        Finding finding = one(report, FindingCode.ONE_FREE_WALSENDER);
        assertThat(finding.observed()).contains("0 of 1 (max_wal_senders)");
        mend(pair.source(), finding);
        assertNothingFound(pair);
    }

    @Test
    @PostgresPairTest(source = "18", target = "18")
    @Provokes(FindingCode.IDLE_SLOT_TIMEOUT)
    void findsATimeoutOfIdleSlots(PostgresPair pair) {
        pair.source().setParameter("idle_replication_slot_timeout", "2h");
        pair.source().reload();
        Finding finding = only(report(pair), FindingCode.IDLE_SLOT_TIMEOUT);
        assertThat(finding.observed()).contains("is 2h");
        mend(pair.source(), finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.SOURCE_LOCKS)
    void findsThatLocksOnAllTablesDoNotFit(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.setParameter("max_locks_per_transaction", "10");
        source.setParameter("max_connections", "20");
        source.setParameter("max_prepared_transactions", "0");
        source.restart();
        source.execute(
                "app",
                "DO 'BEGIN FOR i IN 1..120 LOOP"
                        + " EXECUTE format(''CREATE TABLE many_%s (id int PRIMARY KEY)'', i); END LOOP; END'");
        Finding finding = only(report(pair), FindingCode.SOURCE_LOCKS);
        assertThat(finding.observed()).contains("room for 200 locks").contains("lock 121 tables");
        mend(source, finding);
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.SOURCE_CONNECTIONS)
    void findsTheLimitsOfRoleAndDatabase(PostgresPair pair) {
        pair.source().execute("app", "CREATE ROLE mover LOGIN REPLICATION CONNECTION LIMIT 4");
        pair.source().execute("app", "ALTER DATABASE app CONNECTION LIMIT 5");
        pair.target().execute("app", "CREATE ROLE mover LOGIN");
        for (Finding finding : all(report(pair, "mover"), FindingCode.SOURCE_CONNECTIONS)) {
            assertThat(finding.object()).isIn("CONNECTION LIMIT of database app", "CONNECTION LIMIT of role mover");
            mend(pair.source(), finding);
        }
        assertThat(all(report(pair, "mover"), FindingCode.SOURCE_CONNECTIONS)).isEmpty();
        assertThat(pair.source().query("app", "SELECT datconnlimit FROM pg_database WHERE datname = 'app'"))
                .noneMatch("5"::equals);
        assertThat(pair.source().query("app", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'mover'"))
                .noneMatch("4"::equals);
    }

    @Test
    @Provokes(FindingCode.SOURCE_ARCHIVER)
    void findsAnArchiverThatFails(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.setParameter("archive_mode", "on");
        source.setParameter("archive_command", "false");
        source.restart();
        source.execute("app", "CREATE TABLE other (id int PRIMARY KEY)", "SELECT pg_switch_wal()");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !source.query("app", "SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0")
                        .isEmpty());
        assertThat(only(report(pair), FindingCode.SOURCE_ARCHIVER).observed()).contains("failed to archive 0000");
    }

    @Test
    @Provokes(FindingCode.SOURCE_STANDBY)
    void findsAStandby(PostgresPair pair) throws Exception {
        Path signal = pair.source().dataDirectory().resolve("standby.signal");
        Files.createFile(signal);
        pair.source().restart();
        try {
            PreflightReport report = report(pair);
            assertThat(one(report, FindingCode.SOURCE_STANDBY).remedy()).isEqualTo("use the primary as the source");
            assertThat(all(report, FindingCode.PREFLIGHT)).isEmpty();
        } finally {
            Files.delete(signal);
            pair.source().restart();
        }
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.XID_AGE)
    void findsThatVacuumIsBehind(PostgresPair pair) throws Exception {
        PostgresServer source = pair.source();
        source.setParameter("autovacuum_freeze_max_age", "100000");
        source.restart();
        assertNothingFound(pair);
        try (Connection holder = pair.connectSource();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT count(*) FROM item");
            source.execute(
                    "app",
                    "DO 'BEGIN FOR i IN 1..201000 LOOP"
                            + " BEGIN INSERT INTO item VALUES (i); EXCEPTION WHEN unique_violation THEN NULL; END; END LOOP; END'");
            Finding finding = all(report(pair), FindingCode.XID_AGE).stream()
                    .filter(found -> found.object().equals("app"))
                    .findFirst()
                    .orElseThrow();
            assertThat(finding.observed()).contains("from 100000 on");
            assertThat(finding.remedy()).startsWith("VACUUM (FREEZE)");
            holder.rollback();
        }
    }

    @Test
    @Provokes({FindingCode.LEFT_SLOT, FindingCode.LEFT_PUBLICATION})
    void findsWhatAnEarlierMigrationOfThisNameHasLeft(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute(
                "app",
                "SELECT pg_create_logical_replication_slot('godwit_checked_more_0a1b2c3d', 'pgoutput')",
                "CREATE PUBLICATION godwit_checked_too_0a1b2c3d",
                "CREATE PUBLICATION godwit_checked");
        assertThat(codes(report(pair))).isSubsetOf(FindingCode.SCHEMA_NOT_CARRIED.code());
        source.execute(
                "app",
                "SELECT pg_create_logical_replication_slot('godwit_checked_0a1b2c3d', 'pgoutput')",
                "CREATE PUBLICATION godwit_checked_0a1b2c3d");
        PreflightReport report = report(pair);
        assertThat(one(report, FindingCode.LEFT_SLOT).observed()).contains("is read by nobody");
        mend(source, one(report, FindingCode.LEFT_SLOT));
        assertThat(one(report, FindingCode.LEFT_PUBLICATION).object()).isEqualTo("godwit_checked_0a1b2c3d");
        mend(source, one(report, FindingCode.LEFT_PUBLICATION));
        assertThat(codes(report(pair))).isSubsetOf(FindingCode.SCHEMA_NOT_CARRIED.code());
        source.execute(
                "app",
                "SELECT pg_drop_replication_slot('godwit_checked_more_0a1b2c3d')",
                "DROP PUBLICATION godwit_checked_too_0a1b2c3d, godwit_checked");
    }

    @Test
    @Provokes(FindingCode.SOURCE_PUBLICATION_ALL)
    void saysThatSomebodyElsePublishesAllTables(PostgresPair pair) {
        pair.source().execute("app", "CREATE PUBLICATION few FOR TABLE item");
        assertThat(codes(report(pair))).isSubsetOf(FindingCode.SCHEMA_NOT_CARRIED.code());
        pair.source().execute("app", "CREATE PUBLICATION \"all\" FOR ALL TABLES");
        Finding finding = one(report(pair), FindingCode.SOURCE_PUBLICATION_ALL);
        assertThat(finding.object()).isEqualTo("\"all\"");
        assertThat(finding.remedy()).endsWith("DROP PUBLICATION \"all\"");
        pair.source().execute("app", "DROP PUBLICATION few, \"all\"");
    }

    @Test
    @Provokes({FindingCode.SOURCE_ROLE_EXPIRY, FindingCode.TARGET_ROLE_EXPIRY})
    void findsRolesThatExpire(PostgresPair pair) {
        for (PostgresServer server : new PostgresServer[] {pair.source(), pair.target()}) {
            server.execute("app", "CREATE ROLE mover SUPERUSER LOGIN VALID UNTIL '2099-01-01'");
        }
        assertThat(report(pair, "mover").findings()).isEmpty();
        for (PostgresServer server : new PostgresServer[] {pair.source(), pair.target()}) {
            server.execute(
                    "app",
                    "DO 'BEGIN EXECUTE format(''ALTER ROLE mover VALID UNTIL %L'', now() + interval ''3 days''); END'");
        }
        PreflightReport report = report(pair, "mover");
        mend(pair.source(), one(report, FindingCode.SOURCE_ROLE_EXPIRY));
        only(report(pair, "mover"), FindingCode.TARGET_ROLE_EXPIRY);
        mend(pair.target(), one(report, FindingCode.TARGET_ROLE_EXPIRY));
        assertThat(report(pair, "mover").findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.SOURCE_FUNCTION)
    void findsAFunctionThatTheRoleMayNotCall(PostgresPair pair) {
        pair.source().execute("app", "CREATE ROLE mover LOGIN REPLICATION");
        pair.target().execute("app", "CREATE ROLE mover LOGIN");
        assertThat(all(report(pair, "mover"), FindingCode.SOURCE_FUNCTION)).isEmpty();
        pair.source().execute("app", "REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC");
        Finding finding = one(report(pair, "mover"), FindingCode.SOURCE_FUNCTION);
        assertThat(finding.object()).isEqualTo("pg_export_snapshot()");
        mend(pair.source(), finding);
        assertThat(all(report(pair, "mover"), FindingCode.SOURCE_FUNCTION)).isEmpty();
    }

    @Test
    @Provokes({FindingCode.CHECK_SKIPPED, FindingCode.PREFLIGHT})
    void aCheckThatFailsIsAFindingAndTheOthersStillRun(PostgresPair pair) {
        pair.source().execute("app", "CREATE ROLE mover LOGIN REPLICATION");
        pair.target().execute("app", "CREATE ROLE mover LOGIN");
        assertThat(all(report(pair, "mover"), FindingCode.CHECK_SKIPPED)).isEmpty();
        assertThat(all(report(pair, "mover"), FindingCode.PREFLIGHT)).isEmpty();
        pair.source().execute("app", "REVOKE SELECT ON pg_stat_archiver FROM PUBLIC");
        pair.source().execute("app", "REVOKE SELECT ON pg_replication_slots FROM PUBLIC");
        PreflightReport report = report(pair, "mover");
        Finding skipped = all(report, FindingCode.CHECK_SKIPPED).stream()
                .filter(finding -> finding.object().equals("source archiver"))
                .findFirst()
                .orElseThrow();
        assertThat(skipped.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(skipped.observed())
                .contains("the check of source archiver could not be completed")
                .contains("[SQLSTATE 42501]");
        assertThat(all(report, FindingCode.PREFLIGHT))
                .extracting(Finding::object)
                .contains("replication slots");
        assertThat(all(report, FindingCode.FENCE_LOCK)).isNotEmpty();
        assertThat(all(report, FindingCode.TARGET_CREATE)).isNotEmpty();
    }

    private static List<String> codes(PreflightReport report) {
        return report.findings().stream().map(Finding::code).toList();
    }
}
