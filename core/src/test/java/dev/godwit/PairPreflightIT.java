package dev.godwit;

import static dev.godwit.PreflightTrial.TABLE;
import static dev.godwit.PreflightTrial.all;
import static dev.godwit.PreflightTrial.assertNothingFound;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the preflight finds of the pair of servers and of what lies between, and that looking changes neither. */
@Tag("S1")
@PostgresPairTest(source = "15", target = "17")
final class PairPreflightIT {
    /** Whatever a preflight could leave behind: objects, settings, slots, and a transaction that took an id. */
    private static final List<String> STATE = List.of(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())",
            "SELECT slot_name, restart_lsn, confirmed_flush_lsn, xmin FROM pg_replication_slots ORDER BY 1",
            "SELECT * FROM pg_publication ORDER BY oid",
            "SELECT oid, * FROM pg_class ORDER BY oid",
            "SELECT oid, * FROM pg_namespace ORDER BY oid",
            "SELECT * FROM pg_db_role_setting ORDER BY 1, 2",
            "SELECT rolname, rolconfig FROM pg_roles ORDER BY 1",
            "SELECT gid FROM pg_prepared_xacts",
            "SELECT name, setting FROM pg_file_settings ORDER BY seqno",
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");

    @Test
    void looksWithoutChangingAnythingOnEitherServer(PostgresPair pair) {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.setParameter("autovacuum", "off");
            server.restart();
        }
        pair.source()
                .execute(
                        "app",
                        TABLE,
                        "CREATE TABLE log (line text)",
                        "CREATE SCHEMA other",
                        "COMMENT ON SCHEMA other IS 'of others'",
                        "SELECT lo_create(4711)",
                        "CREATE EXTENSION hstore");
        pair.target().execute("app", TABLE, "INSERT INTO item VALUES (1)");
        List<List<String>> before = state(pair);
        assertThat(report(pair).blockers()).isNotEmpty();
        assertThat(state(pair)).isEqualTo(before);
        pair.source().execute("app", "SELECT txid_current()");
        assertThat(state(pair)).isNotEqualTo(before);
    }

    private static List<List<String>> state(PostgresPair pair) {
        List<List<String>> all = new ArrayList<>();
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            for (String part : STATE) {
                // The row as text, so that it does not matter what there is of columns; functions of 15 exist in 17.
                all.add(server.query("app", "SELECT s::text FROM (" + part + ") s"));
            }
        }
        return all;
    }

    @Test
    @Provokes(FindingCode.SAME_SERVER)
    void saysThatBothAreOfOneServer(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        pair.source().createDatabase("copy");
        PreflightReport report = report(pair.sourceUrl(), pair.source().url("copy"), "postgres");
        assertThat(only(report, FindingCode.SAME_SERVER).observed())
                .contains("source database app and target database copy have the system identifier");
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.NAME_TOO_LONG)
    void findsNamesThatGrowBeyondTheLimitWhenTheyAreConverted(PostgresPair pair) {
        pair.source().execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        String fits = "ä".repeat(31);
        String tooLong = "ä".repeat(32);
        pair.source()
                .execute(
                        "latin",
                        "CREATE TABLE \"" + fits + "\" (id int CONSTRAINT p PRIMARY KEY)",
                        "CREATE TABLE \"" + tooLong + "\" (id int CONSTRAINT q PRIMARY KEY, \"" + tooLong + "\" int)");
        PreflightReport report = report(pair.source().url("latin"), pair.targetUrl(), "postgres");
        List<Finding> findings = all(report, FindingCode.NAME_TOO_LONG);
        assertThat(findings)
                .as(report.toTable())
                .extracting(Finding::object)
                .containsExactly("public." + tooLong + "." + tooLong, "public." + tooLong);
        assertThat(findings.get(0).observed()).contains("takes 64 bytes in the target's encoding UTF8");
        assertThat(findings.get(0).remedy())
                .isEqualTo("ALTER TABLE public.\"" + tooLong + "\" RENAME COLUMN \"" + tooLong + "\" TO ...");
    }

    @Test
    @Provokes({FindingCode.SOURCE_VERSION, FindingCode.TARGET_VERSION})
    void findsServersThatAreTooOld(PostgresPair pair) {
        try (PostgresServer old = PostgresServer.builder("9.6").start()) {
            PreflightReport report = report(old.url(), pair.targetUrl(), "postgres");
            assertThat(only(report, FindingCode.SOURCE_VERSION).observed()).contains("the source is PostgreSQL 9");
            report = report(pair.sourceUrl(), old.url(), "postgres");
            assertThat(only(report, FindingCode.TARGET_VERSION).observed()).contains("the target is PostgreSQL 9");
        }
    }

    @Test
    @Provokes({FindingCode.SOURCE_POOLER, FindingCode.TARGET_POOLER})
    void findsPoolersOnBothSides(PostgresPair pair) throws Exception {
        pair.source().execute("app", TABLE);
        try (PoolerLikeProxy source = new PoolerLikeProxy(pair.source().port());
                PoolerLikeProxy target = new PoolerLikeProxy(pair.target().port())) {
            PreflightReport report = report(
                    "jdbc:postgresql://127.0.0.1:" + source.port() + "/app?sslmode=disable",
                    "jdbc:postgresql://127.0.0.1:" + target.port() + "/app?sslmode=disable",
                    "postgres");
            assertThat(one(report, FindingCode.SOURCE_POOLER).observed())
                    .contains("began as process " + PoolerLikeProxy.PROCESS + " and is answered by process");
            assertThat(one(report, FindingCode.TARGET_POOLER).remedy()).contains("in the URL of the target");
            assertThat(report.findings()).hasSize(2);
        }
        assertNothingFound(pair);
    }

    @Test
    @Provokes(FindingCode.SAME_DATABASE)
    void findsATargetThatIsTheSource(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        Migration migration = Migration.builder()
                .name("same")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.sourceUrl().replace("127.0.0.1", "localhost"))
                        .credentials("postgres", ""))
                .build();
        assertThat(migration.preflight().blockers()).extracting(Finding::code).containsExactly("GW3001");
    }

    @Test
    @Provokes(FindingCode.TARGET_VERSION)
    @PostgresPairTest(source = "17", target = "15")
    void findsATargetThatIsOlder(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        PreflightReport report = report(pair);
        assertThat(report.blockers()).extracting(Finding::code).containsExactly("GW1011");
        assertThat(report.blockers().get(0).message()).contains("PostgreSQL 15").contains("which is 17");
    }

    @Test
    @Provokes(FindingCode.REPLICATION_ELSEWHERE)
    void findsThatReplicationLeadsToAnotherServer(PostgresPair pair) throws Exception {
        pair.source().execute("app", TABLE);
        try (PoolerLikeProxy source =
                new PoolerLikeProxy(pair.source().port(), pair.target().port())) {
            PreflightReport report = report(
                    "jdbc:postgresql://127.0.0.1:" + source.port() + "/app?sslmode=disable",
                    pair.targetUrl(),
                    "postgres");
            assertThat(one(report, FindingCode.REPLICATION_ELSEWHERE).observed())
                    .contains("leads to another server than the ordinary one");
        }
    }
}
