package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.matrix.Sampled;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.result.PreflightReport;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds, that its remedies mend it when they are executed as they stand, and that it leaves nothing. */
@Tag("S1")
@PostgresPairTest(source = "15", target = "17")
@Sampled(oneOf = 2)
final class PreflightIT {
    private static final String TABLE = "CREATE TABLE item (id int PRIMARY KEY, name text)";

    @AfterEach
    void nothingIsLeftOnEitherServer(PostgresPair pair) {
        assertThat(pair.source().query("app", "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
        assertThat(pair.target().query("app", "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
    }

    @Test
    void findsNothingWhereNothingIsWrong(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes({
        FindingCode.REPLICATION_CONNECTION,
        FindingCode.WAL_LEVEL,
        FindingCode.NO_FREE_REPLICATION_SLOT,
        FindingCode.NO_FREE_WALSENDER
    })
    void findsALogThatHoldsTooLittleAndTooFewSlotsAndSenders(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", TABLE);
        source.setParameter("wal_level", "replica");
        source.setParameter("max_replication_slots", "0");
        source.setParameter("max_wal_senders", "0");
        source.restart();
        try {
            PreflightReport report = report(pair);
            assertThat(report.blockers()).extracting(Finding::code).contains("GW1101", "GW1102", "GW1104", "GW1003");
            assertThat(finding(report, "GW1101").message()).contains("'replica', not 'logical'");
            assertThat(finding(report, "GW1101").remedy()).contains("then restart");
            for (String code : List.of("GW1101", "GW1102", "GW1104")) {
                execute(source, finding(report, code).remedy());
            }
            source.restart();
            assertThat(report(pair).findings()).isEmpty();
        } finally {
            execute(source, "ALTER SYSTEM RESET ALL");
        }
    }

    @Test
    @Provokes(FindingCode.ONE_FREE_REPLICATION_SLOT)
    void warnsOfTheLastFreeSlot(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", TABLE);
        source.setParameter("max_replication_slots", "2");
        source.restart();
        source.execute("app", "SELECT pg_create_physical_replication_slot('other')");
        try {
            PreflightReport report = report(pair);
            assertThat(report.blockers()).isEmpty();
            assertThat(finding(report, "GW1103").message()).contains("1 of 2 (max_replication_slots)");
        } finally {
            source.execute("app", "SELECT pg_drop_replication_slot('other')");
        }
    }

    /** Each line: what is wrong on the source, the finding's code, its object. The remedies are executed until none is left. */
    @ParameterizedTest
    @Provokes({FindingCode.REPLICA_IDENTITY, FindingCode.UNLOGGED_TABLE})
    @CsvSource(delimiter = '|', textBlock = """
                    CREATE TABLE log (line text)                                        | GW1301    | public.log
                    CREATE TABLE n (id int PRIMARY KEY); ALTER TABLE n REPLICA IDENTITY NOTHING | GW1301 | public.n
                    CREATE TABLE "Odd.""n" (a int)                                      | GW1301    | public.Odd."n
                    CREATE UNLOGGED TABLE u (id int PRIMARY KEY)                        | GW1305      | public.u
                    """)
    void findsWhatIsWrongOnTheSourceAndTheRemedyMendsIt(String wrong, String code, String object, PostgresPair pair) {
        pair.source().execute("app", TABLE);
        pair.source().execute("app", wrong);
        Finding finding = finding(report(pair), code);
        assertThat(finding.object()).isEqualTo(object);
        execute(pair.source(), finding.remedy());
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.FENCE_ROLE_SETTING)
    void findsRolesThatCouldWriteToAClosedSource(PostgresPair pair) {
        pair.source().execute("app", TABLE, "CREATE ROLE stubborn", "CREATE ROLE obstinate");
        pair.source().execute("app", "ALTER ROLE stubborn SET default_transaction_read_only = off");
        pair.source().execute("app", "ALTER ROLE obstinate IN DATABASE app SET default_transaction_read_only = 'no'");
        try {
            PreflightReport report = report(pair);
            assertThat(report.blockers()).extracting(Finding::object).containsExactly("obstinate", "stubborn");
            report.blockers().forEach(finding -> execute(pair.source(), finding.remedy()));
            assertThat(report(pair).findings()).isEmpty();
        } finally {
            pair.source().execute("app", "DROP ROLE stubborn", "DROP ROLE obstinate");
        }
    }

    @Test
    @Provokes({FindingCode.PARENT_LEFT_OUT, FindingCode.PARTITION_LEFT_OUT})
    void findsAFilterThatTearsPartitionsFromTheirParent(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE log (day int) PARTITION BY RANGE (day)",
                        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2)",
                        "CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (2) TO (3)",
                        "ALTER TABLE log_1 REPLICA IDENTITY FULL",
                        "ALTER TABLE log_2 REPLICA IDENTITY FULL");
        PreflightReport orphan =
                migration(pair, "postgres", TableFilter.only("public.log_1")).preflight();
        assertThat(finding(orphan, "GW1302").object()).isEqualTo("public.log_1");
        assertThat(orphan.blockers()).isNotEmpty();

        PreflightReport pruned = migration(pair, "postgres", TableFilter.all().exclude("public.log_1"))
                .preflight();
        assertThat(finding(pruned, "GW1303").object()).isEqualTo("public.log_1");
        assertThat(pruned.blockers()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.TARGET_NOT_EMPTY)
    void takesRowsThatThisMigrationHasCopiedForItsOwn(PostgresPair pair) throws Exception {
        pair.source().execute("app", TABLE, "INSERT INTO item VALUES (1, 'one')");
        Migration migration = migration(pair, "postgres", TableFilter.all());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
        }
        assertThat(migration.preflight().blockers()).isEmpty();
        migration.cleanUp();
        assertThat(migration.preflight().blockers()).extracting(Finding::code).containsExactly("GW2201");
    }

    @Test
    @Provokes(FindingCode.PREPARED_TRANSACTION)
    void findsAPreparedTransaction(PostgresPair pair) throws Exception {
        PostgresServer source = pair.source();
        source.execute("app", TABLE);
        source.setParameter("max_prepared_transactions", "5");
        source.restart();
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("INSERT INTO item VALUES (1, 'it')");
            statement.execute("PREPARE TRANSACTION 'it''s pending'");
        }
        Finding finding = finding(report(pair), "GW1401");
        assertThat(finding.message()).contains("prepared transaction 'it's pending' of role postgres in database app");
        execute(source, finding.remedy());
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes({FindingCode.FOREIGN_KEY_TARGET, FindingCode.TARGET_LARGE_OBJECTS, FindingCode.TARGET_HOLDS_LARGE_OBJECTS
    })
    void findsForeignKeysToExcludedTablesAndLargeObjectsOnTheTarget(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        TABLE,
                        "CREATE TABLE part (id int PRIMARY KEY, item int CONSTRAINT of_item REFERENCES item)",
                        "SELECT lo_create(4711)");
        pair.target()
                .execute(
                        "app",
                        "SELECT lo_create(4712)",
                        "REVOKE EXECUTE ON FUNCTION lo_unlink(oid) FROM PUBLIC",
                        "CREATE ROLE mover LOGIN");
        PreflightReport report =
                migration(pair, "postgres", TableFilter.only("public.part")).preflight();
        assertThat(report.blockers()).extracting(Finding::code).containsExactly("GW1304", "GW2203");
        assertThat(finding(report, "GW1304").message())
                .contains("foreign key of_item of table public.part refers to table public.item");
        assertThat(finding(report, "GW1304").remedy()).isEqualTo("include public.item, or exclude public.part");
        assertThat(finding(report, "GW2203").message()).contains("the target holds large objects already");
        execute(pair.target(), finding(report, "GW2203").remedy());
        assertThat(report(pair).findings()).isEmpty();
        pair.source().execute("app", "CREATE ROLE mover LOGIN");
        assertThat(migration(pair, "mover", TableFilter.all()).preflight().blockers())
                .filteredOn(finding -> finding.code().equals("GW2106"))
                .extracting(Finding::remedy)
                .containsExactly("GRANT EXECUTE ON FUNCTION pg_catalog.lo_unlink(oid) TO mover");
    }

    @Test
    @Provokes(FindingCode.LARGE_OBJECTS)
    void warnsOfManyLargeObjects(PostgresPair pair) {
        pair.source().execute("app", TABLE, "SELECT count(lo_create(i)) FROM generate_series(20001, 30001) i");
        PreflightReport report = report(pair);
        assertThat(report.findings()).extracting(Finding::code).containsExactly("GW1307");
        assertThat(report.blockers()).isEmpty();
        assertThat(finding(report, "GW1307").message()).contains("the source holds 10001 large object(s) in 0 bytes");
    }

    @Test
    @Provokes(FindingCode.TARGET_NOT_EMPTY)
    void findsATargetThatHoldsRows(PostgresPair pair) {
        pair.source().execute("app", TABLE, "CREATE TABLE \"Two Words\" (id int PRIMARY KEY)");
        pair.target()
                .execute(
                        "app", TABLE, "CREATE TABLE \"Two Words\" (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        pair.target().execute("app", "INSERT INTO \"Two Words\" VALUES (1)");
        PreflightReport report = report(pair);
        assertThat(report.blockers())
                .extracting(Finding::code, Finding::object)
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("GW2201", "public.item"),
                        org.assertj.core.api.Assertions.tuple("GW2201", "public.Two Words"));
        report.blockers().forEach(finding -> execute(pair.target(), finding.remedy()));
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.TARGET_EXISTS)
    void findsATargetWhoseTablesWouldBeCreatedASecondTime(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        pair.target().execute("app", TABLE);
        Finding finding = finding(report(pair), "GW2202");
        assertThat(finding.object()).isEqualTo("public.item");
        Migration prepared = Migration.builder()
                .name("prepared")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(SchemaPreparers.none())
                .build();
        assertThat(prepared.preflight().findings()).isEmpty();
        execute(pair.target(), finding.remedy());
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    @Provokes({FindingCode.SOURCE_ENCODING, FindingCode.TARGET_ENCODING})
    void findsADatabaseOfUnknownEncodingAndOneThatCannotHoldTheOther(PostgresPair pair) {
        pair.source().execute("postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        pair.target().execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        pair.source().execute("ascii", TABLE);
        PreflightReport report = Migration.builder()
                .name("encodings")
                .source(Endpoint.of(pair.source().url("ascii")).credentials("postgres", ""))
                .target(Endpoint.of(pair.target().url("latin")).credentials("postgres", ""))
                .build()
                .preflight();
        assertThat(report.blockers()).extracting(Finding::code).containsExactly("GW3002", "GW3003");
    }

    @Test
    @Provokes(FindingCode.NO_TABLES)
    void findsADatabaseWithoutTables(PostgresPair pair) {
        assertThat(report(pair).blockers()).extracting(Finding::code).containsExactly("GW1308");
    }

    @Test
    @Provokes({
        FindingCode.SOURCE_REPLICATION,
        FindingCode.SOURCE_CREATE,
        FindingCode.SOURCE_OWNER,
        FindingCode.SOURCE_SELECT,
        FindingCode.SOURCE_ROW_SECURITY,
        FindingCode.FENCE_DATABASE_OWNER,
        FindingCode.FENCE_SIGNAL,
        FindingCode.FENCE_STATS,
        FindingCode.FENCE_LOCK,
        FindingCode.TARGET_CREATE,
        FindingCode.TARGET_SCHEMA_CREATE,
        FindingCode.TARGET_SCHEMA_OWNER,
        FindingCode.TARGET_REPLICA_ROLE
    })
    void tellsARoleWithoutRightsEverythingThatItLacksAndHowToGrantIt(PostgresPair pair) {
        PostgresServer source = pair.source();
        prepareForeignOwner(source);
        source.execute("app", "ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY");
        source.execute("app", "ALTER TABLE shop.item FORCE ROW LEVEL SECURITY");
        source.execute("app", "COMMENT ON SCHEMA shop IS 'what is sold'");
        source.execute("app", "CREATE ROLE mover LOGIN");
        pair.target()
                .execute("app", "CREATE ROLE mover LOGIN", "CREATE SCHEMA shop", "CREATE TABLE shop.item (id int)");
        Migration migration = migration(pair, "mover", TableFilter.all());
        PreflightReport report = migration.preflight();
        assertThat(report.blockers())
                .extracting(Finding::code)
                .contains(
                        "GW1201", "GW1202", "GW1203", "GW1204", "GW1205", "GW1211", "GW1212", "GW1213", "GW1215",
                        "GW2101", "GW2102", "GW2103", "GW2105")
                .doesNotContain("GW1005");
        assertThatThrownBy(report::throwIfBlocked)
                .isInstanceOf(PreflightFailedException.class)
                .hasMessageContaining("ALTER ROLE mover REPLICATION")
                .hasMessageContaining("GRANT SET ON PARAMETER session_replication_role TO mover");
        mend(pair, report);
        assertThat(migration.preflight().findings()).isEmpty();
    }

    @Test
    @Provokes({FindingCode.REPLICA_IDENTITY, FindingCode.TARGET_NOT_EMPTY, FindingCode.TARGET_HOLDS_LARGE_OBJECTS})
    void reportsSeveralThingsOnBothServersAtOnceAndStartsNothing(PostgresPair pair) {
        pair.source().execute("app", TABLE, "CREATE TABLE log (line text)");
        pair.target().execute("app", TABLE, "INSERT INTO item VALUES (1)", "SELECT lo_create(0)");
        assertThatThrownBy(() -> migration(pair, "postgres", TableFilter.all()).start())
                .isInstanceOfSatisfying(
                        PreflightFailedException.class,
                        e -> assertThat(e.report().blockers())
                                .extracting(Finding::code)
                                .containsExactly("GW1301", "GW2201", "GW2203"))
                .hasMessageContaining("migration 'checked' cannot start, 3 finding(s)");
    }

    /** A database and a table that belong to an ordinary role. */
    static void prepareForeignOwner(PostgresServer source) {
        source.execute(
                "app",
                "CREATE ROLE owner_of_all",
                "ALTER DATABASE app OWNER TO owner_of_all",
                "CREATE SCHEMA shop AUTHORIZATION owner_of_all",
                "CREATE TABLE shop.item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                "ALTER TABLE shop.item OWNER TO owner_of_all");
    }

    /** Executes each remedy on the server that the finding is about. */
    static void mend(PostgresPair pair, PreflightReport report) {
        for (Finding finding : report.findings()) {
            execute(finding.code().startsWith("GW2") ? pair.target() : pair.source(), finding.remedy());
        }
    }

    private static PreflightReport report(PostgresPair pair) {
        return migration(pair, "postgres", TableFilter.all()).preflight();
    }

    private static Migration migration(PostgresPair pair, String role, TableFilter tables) {
        return Migration.builder()
                .name("checked")
                .source(Endpoint.of(pair.sourceUrl()).credentials(role, ""))
                .target(Endpoint.of(pair.targetUrl()).credentials(role, ""))
                .tables(tables)
                .build();
    }

    private static Finding finding(PreflightReport report, String code) {
        List<Finding> found = new ArrayList<>(report.findings());
        found.removeIf(finding -> !finding.code().equals(code));
        assertThat(found).as("findings of code %s in %s", code, report).hasSize(1);
        return found.get(0);
    }

    /** As it stands, as somebody would who pastes it. */
    private static void execute(PostgresServer server, String remedy) {
        try (Connection connection = server.connect("app");
                Statement statement = connection.createStatement()) {
            statement.execute(remedy);
        } catch (SQLException e) {
            throw new AssertionError("the remedy cannot be executed: " + remedy, e);
        }
    }
}
