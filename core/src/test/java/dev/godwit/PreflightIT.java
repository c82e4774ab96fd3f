package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.result.Finding;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds, that its remedies mend it when they are executed as they stand, and that it leaves nothing. */
@PostgresPairTest(source = "15", target = "17")
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
    void findsALogThatHoldsTooLittleAndTooFewSlotsAndSenders(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", TABLE);
        source.setParameter("wal_level", "replica");
        source.setParameter("max_replication_slots", "0");
        source.setParameter("max_wal_senders", "0");
        source.restart();
        try {
            PreflightReport report = report(pair);
            assertThat(report.blockers())
                    .extracting(Finding::code)
                    .contains("wal-level", "no-free-replication-slot", "no-free-walsender", "replication-connection");
            assertThat(finding(report, "wal-level").message()).contains("'replica', not 'logical'");
            assertThat(finding(report, "wal-level").remedy()).contains("then restart");
            for (String code : List.of("wal-level", "no-free-replication-slot", "no-free-walsender")) {
                execute(source, finding(report, code).remedy());
            }
            source.restart();
            assertThat(report(pair).findings()).isEmpty();
        } finally {
            execute(source, "ALTER SYSTEM RESET ALL");
        }
    }

    @Test
    void warnsOfTheLastFreeSlot(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", TABLE);
        source.setParameter("max_replication_slots", "2");
        source.restart();
        source.execute("app", "SELECT pg_create_physical_replication_slot('other')");
        try {
            PreflightReport report = report(pair);
            assertThat(report.blockers()).isEmpty();
            assertThat(finding(report, "one-free-replication-slot").message())
                    .contains("1 of 2 (max_replication_slots)");
        } finally {
            source.execute("app", "SELECT pg_drop_replication_slot('other')");
        }
    }

    /** Each line: what is wrong on the source, the finding's code, its object. The remedies are executed until none is left. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CREATE TABLE log (line text)                                        | replica-identity    | public.log
                    CREATE TABLE d (id int PRIMARY KEY DEFERRABLE)                      | replica-identity    | public.d
                    CREATE TABLE n (id int PRIMARY KEY); ALTER TABLE n REPLICA IDENTITY NOTHING | replica-identity | public.n
                    CREATE TABLE "Odd.""n" (a int)                                      | replica-identity    | public.Odd."n
                    CREATE UNLOGGED TABLE u (id int PRIMARY KEY)                        | unlogged-table      | public.u
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
        assertThat(finding(orphan, "parent-left-out").object()).isEqualTo("public.log_1");
        assertThat(orphan.blockers()).isNotEmpty();

        PreflightReport pruned = migration(pair, "postgres", TableFilter.all().exclude("public.log_1"))
                .preflight();
        assertThat(finding(pruned, "partition-left-out").object()).isEqualTo("public.log_1");
        assertThat(pruned.blockers()).isEmpty();
    }

    @Test
    void takesRowsThatThisMigrationHasCopiedForItsOwn(PostgresPair pair) throws Exception {
        pair.source().execute("app", TABLE, "INSERT INTO item VALUES (1, 'one')");
        Migration migration = migration(pair, "postgres", TableFilter.all());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
        }
        assertThat(migration.preflight().blockers()).isEmpty();
        migration.cleanUp();
        assertThat(migration.preflight().blockers()).extracting(Finding::code).containsExactly("target-not-empty");
    }

    @Test
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
        Finding finding = finding(report(pair), "prepared-transaction");
        assertThat(finding.message()).contains("prepared transaction 'it's pending' of role postgres in database app");
        execute(source, finding.remedy());
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
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
        assertThat(report.blockers())
                .extracting(Finding::code)
                .containsExactly("foreign-key-target", "target-large-objects");
        assertThat(finding(report, "foreign-key-target").message())
                .contains("foreign key of_item of table public.part refers to table public.item");
        assertThat(finding(report, "foreign-key-target").remedy())
                .isEqualTo("include public.item, or exclude public.part");
        assertThat(finding(report, "target-large-objects").message())
                .contains("the target holds large objects already");
        execute(pair.target(), finding(report, "target-large-objects").remedy());
        assertThat(report(pair).findings()).isEmpty();
        pair.source().execute("app", "CREATE ROLE mover LOGIN");
        assertThat(migration(pair, "mover", TableFilter.all()).preflight().blockers())
                .filteredOn(finding -> finding.code().equals("target-large-objects"))
                .extracting(Finding::remedy)
                .containsExactly("GRANT EXECUTE ON FUNCTION pg_catalog.lo_unlink(oid) TO mover");
    }

    @Test
    void warnsOfManyLargeObjects(PostgresPair pair) {
        pair.source().execute("app", TABLE, "SELECT count(lo_create(i)) FROM generate_series(20001, 30001) i");
        PreflightReport report = report(pair);
        assertThat(report.findings()).extracting(Finding::code).containsExactly("large-objects");
        assertThat(report.blockers()).isEmpty();
        assertThat(finding(report, "large-objects").message())
                .contains("the source holds 10001 large object(s) in 0 bytes");
    }

    @Test
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
                        org.assertj.core.api.Assertions.tuple("target-not-empty", "public.item"),
                        org.assertj.core.api.Assertions.tuple("target-not-empty", "public.Two Words"));
        report.blockers().forEach(finding -> execute(pair.target(), finding.remedy()));
        assertThat(report(pair).findings()).isEmpty();
    }

    @Test
    void findsATargetWhoseTablesWouldBeCreatedASecondTime(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        pair.target().execute("app", TABLE);
        Finding finding = finding(report(pair), "target-exists");
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
    void findsATargetThatIsTheSource(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        Migration migration = Migration.builder()
                .name("same")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.sourceUrl().replace("127.0.0.1", "localhost"))
                        .credentials("postgres", ""))
                .build();
        assertThat(migration.preflight().blockers()).extracting(Finding::code).containsExactly("same-database");
    }

    @Test
    @PostgresPairTest(source = "17", target = "15")
    void findsATargetThatIsOlder(PostgresPair pair) {
        pair.source().execute("app", TABLE);
        PreflightReport report = report(pair);
        assertThat(report.blockers()).extracting(Finding::code).containsExactly("target-version");
        assertThat(report.blockers().get(0).message()).contains("PostgreSQL 15").contains("which is 17");
    }

    @Test
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
        assertThat(report.blockers()).extracting(Finding::code).containsExactly("source-encoding", "target-encoding");
    }

    @Test
    void findsADatabaseWithoutTables(PostgresPair pair) {
        assertThat(report(pair).blockers()).extracting(Finding::code).containsExactly("no-tables");
    }

    @Test
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
                        "source-replication",
                        "source-create",
                        "source-owner",
                        "source-select",
                        "source-row-security",
                        "fence-database-owner",
                        "fence-signal",
                        "fence-stats",
                        "fence-lock",
                        "target-create",
                        "target-create",
                        "target-create",
                        "target-create",
                        "target-replica-role")
                .doesNotContain("preflight");
        assertThatThrownBy(report::throwIfBlocked)
                .isInstanceOf(PreflightFailedException.class)
                .hasMessageContaining("ALTER ROLE mover REPLICATION")
                .hasMessageContaining("GRANT SET ON PARAMETER session_replication_role TO mover");
        mend(pair, report);
        assertThat(migration.preflight().findings()).isEmpty();
    }

    @Test
    void reportsSeveralThingsOnBothServersAtOnceAndStartsNothing(PostgresPair pair) {
        pair.source().execute("app", TABLE, "CREATE TABLE log (line text)");
        pair.target().execute("app", TABLE, "INSERT INTO item VALUES (1)", "SELECT lo_create(0)");
        assertThatThrownBy(() -> migration(pair, "postgres", TableFilter.all()).start())
                .isInstanceOfSatisfying(
                        PreflightFailedException.class,
                        e -> assertThat(e.report().blockers())
                                .extracting(Finding::code)
                                .containsExactly("replica-identity", "target-not-empty", "target-large-objects"))
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
            execute(finding.code().startsWith("target-") ? pair.target() : pair.source(), finding.remedy());
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
