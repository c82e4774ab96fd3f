package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Target databases that the migration creates, like their sources. */
final class CreatedDatabaseIT {
    private static final Duration READY = Duration.ofMinutes(3);

    private static final String LIBC =
            "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate || ' ' || datctype || ' '"
                    + " || coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = 'made'";

    private static Migration.Builder migration(PostgresPair pair) {
        return migration(pair, "made", "postgres");
    }

    private static Migration.Builder migration(PostgresPair pair, String database, String targetRole) {
        return Migration.builder()
                .name("made")
                .source(Endpoint.of(pair.source().url(database)).credentials("postgres", ""))
                .target(Endpoint.of(pair.target().url(database)).credentials(targetRole, ""))
                .createTargetDatabase(true);
    }

    private static void fill(PostgresServer source, String options) {
        source.execute(
                "postgres",
                "CREATE DATABASE made TEMPLATE template0 " + options,
                "COMMENT ON DATABASE made IS 'it''s the one'");
        source.execute(
                "made",
                "CREATE TABLE word (id int PRIMARY KEY, w text)",
                "INSERT INTO word VALUES (1, 'Äpfel'), (2, 'zebra'), (3, 'Zürich')");
    }

    private static void move(Migration migration) throws InterruptedException {
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.utf8'",
                "ENCODING 'UTF8' LC_COLLATE 'POSIX' LC_CTYPE 'C.UTF-8'",
                "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
                "ENCODING 'WIN1252' LC_COLLATE 'C' LC_CTYPE 'POSIX'",
                "ENCODING 'EUC_JIS_2004' LC_COLLATE 'C' LC_CTYPE 'C'",
            })
    @PostgresPairTest(source = "13", target = "17")
    void hasTheSourcesEncodingAndLocales(String options, PostgresPair pair) throws Exception {
        PostgresServer source = pair.source();
        source.execute(
                "postgres",
                "CREATE DATABASE made TEMPLATE template0 " + options,
                "COMMENT ON DATABASE made IS 'it''s the one'");
        source.execute(
                "made",
                "CREATE TABLE word (id int PRIMARY KEY, w text)",
                "INSERT INTO word VALUES (1, 'apple'), (2, 'zebra')");
        move(migration(pair).build());
        assertThat(pair.target().query("postgres", LIBC))
                .isEqualTo(source.query("postgres", LIBC))
                .hasSize(1);
        assertThat(pair.target().query("made", "SELECT w FROM word ORDER BY id"))
                .containsExactly("apple", "zebra");
    }

    @Test
    @PostgresPairTest(source = "17", target = "18")
    void hasTheSourcesProviderLocaleAndRules(PostgresPair pair) throws Exception {
        for (String options : List.of(
                "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
                "LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C.UTF-8'",
                "LOCALE_PROVIDER icu ICU_LOCALE 'und' ICU_RULES '&a < z' LOCALE 'C'",
                "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'")) {
            fill(pair.source(), "ENCODING 'UTF8' " + options);
            String provider = "SELECT row(datlocprovider, datlocale, daticurules, datcollate, datctype)::text FROM"
                    + " pg_database WHERE datname = 'made'";
            Migration migration = migration(pair).build();
            assertThat(migration.preflight().blockers()).as(options).isEmpty();
            move(migration);
            assertThat(pair.target().query("postgres", provider))
                    .as(options)
                    .isEqualTo(pair.source().query("postgres", provider));
            assertThat(pair.target().query("made", "SELECT w FROM word ORDER BY w"))
                    .as(options)
                    .isEqualTo(pair.source().query("made", "SELECT w FROM word ORDER BY w"));
            pair.source().dropDatabase("made");
            pair.target().dropDatabase("made");
        }
    }

    @Test
    @Provokes(FindingCode.CREATED_DATABASE_SETTINGS)
    @PostgresPairTest(source = "15", target = "17")
    void carriesTheCommentAndReportsWhatItDoesNotCarry(PostgresPair pair) throws Exception {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        pair.source()
                .execute(
                        "postgres",
                        "ALTER DATABASE made CONNECTION LIMIT 77",
                        "ALTER DATABASE made SET work_mem = '7MB'",
                        "ALTER DATABASE made SET app.secret = 'hush-hush'");
        Migration migration = migration(pair).build();
        PreflightReport report = migration.preflight();
        assertThat(report.findings()).extracting(Finding::code).contains(FindingCode.CREATED_DATABASE_SETTINGS.code());
        assertThat(report.toString())
                .contains("a connection limit of 77 and settings of its own for app.secret, work_mem")
                .doesNotContain("hush-hush");
        move(migration);
        assertThat(pair.target().query("postgres", LIBC)).containsExactly("UTF8 C C it's the one");
        assertThat(pair.target().query("postgres", "SELECT datconnlimit FROM pg_database WHERE datname = 'made'"))
                .containsExactly("-1");
    }

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void leavesADatabaseThatExistsAsItIs(PostgresPair pair) throws Exception {
        fill(pair.source(), "ENCODING 'LATIN1' LOCALE 'C'");
        pair.target().execute("postgres", "CREATE DATABASE made TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'");
        move(migration(pair).build());
        assertThat(pair.target().query("postgres", LIBC)).containsExactly("UTF8 C.UTF-8 C.UTF-8 ");
    }

    @Test
    @Provokes(FindingCode.TARGET_CREATEDB)
    @PostgresPairTest(source = "15", target = "17")
    void refusesWithTheRemedyWhereItCannotBeCreated(PostgresPair pair) {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        pair.target().execute("postgres", "CREATE ROLE mover LOGIN");
        Migration migration = migration(pair, "made", "mover").build();
        PreflightReport report = migration.preflight();
        assertThat(report.blockers())
                .extracting(Finding::code)
                .containsExactlyInAnyOrder(FindingCode.TARGET_CREATEDB.code(), FindingCode.TARGET_REPLICA_ROLE.code());
        assertThat(report.toString()).contains("ALTER ROLE mover CREATEDB");
        assertThatThrownBy(migration::start).isInstanceOf(PreflightFailedException.class);
        assertThat(pair.target().query("postgres", "SELECT 1 FROM pg_database WHERE datname = 'made'"))
                .isEmpty();
        // Nothing is there to be cleaned up, and nothing is made for it.
        migration.cleanUp();
    }

    @Test
    @Provokes(FindingCode.CREATED_COLLATION_VERSION)
    @PostgresPairTest(source = "15", target = "17")
    void saysThatItWillSortByAnotherVersion(PostgresPair pair) {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C'");
        pair.source().execute("postgres", "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = 'made'");
        PreflightReport report = migration(pair).build().preflight();
        assertThat(report.blockers()).isEmpty();
        assertThat(report.findings())
                .extracting(Finding::code)
                .contains(FindingCode.CREATED_COLLATION_VERSION.code())
                .doesNotContain(FindingCode.COLLATION_VERSION.code());
        assertThat(report.toString()).contains("sorts by version 1.0 of icu");
    }

    @Test
    @Provokes(FindingCode.TARGET_LOCALE)
    @PostgresPairTest(source = "17", target = "13")
    void cannotBeCreatedWhereTheTargetHasNoSuchProvider(PostgresPair pair) {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C'");
        PreflightReport report = migration(pair).build().preflight();
        assertThat(report.blockers())
                .extracting(Finding::code)
                .contains(FindingCode.TARGET_LOCALE.code(), FindingCode.TARGET_VERSION.code());
        assertThat(report.toString()).contains("the source database sorts by ICU");
    }

    /** What is in the database through which the server is looked at is no concern of one that is created. */
    @Test
    @PostgresPairTest(source = "15", target = "17")
    void isNotMistakenForTheDatabaseThroughWhichTheServerIsSeen(PostgresPair pair) {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        pair.source().execute("made", "SELECT lo_create(4711)");
        pair.target()
                .execute(
                        "postgres",
                        "CREATE TABLE word (id int PRIMARY KEY, w int)",
                        "INSERT INTO word VALUES (1, 1)",
                        "SELECT lo_create(4711)",
                        "CREATE PUBLICATION everything FOR ALL TABLES",
                        "ALTER TABLE word ENABLE ROW LEVEL SECURITY",
                        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                        "CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION refuse()",
                        "ALTER DATABASE postgres SET work_mem = '3MB'",
                        "ALTER DATABASE postgres SET default_transaction_read_only = on");
        List<Finding> findings = migration(pair).build().preflight().findings();
        pair.target()
                .execute(
                        "postgres",
                        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                        "ALTER DATABASE postgres RESET ALL",
                        "DROP EVENT TRIGGER refuse",
                        "DROP FUNCTION refuse",
                        "DROP PUBLICATION everything",
                        "DROP TABLE word",
                        "SELECT lo_unlink(4711)");
        assertThat(findings)
                .extracting(Finding::code)
                .isSubsetOf(
                        FindingCode.SOURCE_NO_TLS.code(),
                        FindingCode.TARGET_NO_TLS.code(),
                        FindingCode.SOURCE_WAL_VOLUME.code(),
                        FindingCode.TARGET_SPACE.code(),
                        FindingCode.SCHEMA_NOT_CARRIED.code(),
                        FindingCode.FEW_WALSENDERS.code());
    }

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void isCleanedUpAfterAlsoIfItWasDroppedMeanwhile(PostgresPair pair) throws Exception {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        Migration migration = migration(pair).build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
        }
        pair.target().dropDatabase("made");
        assertThat(migration.cleanUp().left()).isEmpty();
        assertThat(pair.source().query("made", "SELECT slot_name FROM pg_replication_slots"))
                .isEmpty();
        assertThat(pair.source().query("made", "SELECT pubname FROM pg_publication"))
                .isEmpty();
    }

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void isMadeByARoleThatMayDoNothingElse(PostgresPair pair) throws Exception {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        pair.target()
                .execute(
                        "postgres",
                        "CREATE ROLE mover LOGIN CREATEDB",
                        "GRANT SET ON PARAMETER session_replication_role TO mover");
        move(migration(pair, "made", "mover").build());
        assertThat(pair.target().query("made", "SELECT count(*) FROM word")).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @PostgresPairTest(source = "15", target = "17")
    void isDroppedAgainIfTheMigrationCannotBeRecordedInItUnlessItIsUsed(boolean used, PostgresPair pair) {
        fill(pair.source(), "ENCODING 'UTF8' LOCALE 'C'");
        AtomicInteger failed = new AtomicInteger();
        Credentials onceRefused = url -> {
            if (!exists(pair).isEmpty() && failed.getAndIncrement() == 0) {
                if (used) {
                    pair.target().execute("made", "CREATE TABLE somebody_elses (id int)");
                }
                throw new IllegalStateException("the vault is sealed");
            }
            return new Credentials.Login("postgres", "");
        };
        Migration migration = Migration.builder()
                .name("made")
                .source(Endpoint.of(pair.source().url("made")).credentials("postgres", ""))
                .target(Endpoint.of(pair.target().url("made")).credentials(onceRefused))
                .createTargetDatabase(true)
                .build();
        assertThatThrownBy(migration::start)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("the vault is sealed");
        assertThat(exists(pair)).hasSize(used ? 1 : 0);
        if (used) {
            assertThat(pair.target().query("made", "SELECT count(*) FROM somebody_elses"))
                    .containsExactly("0");
        }
    }

    private static List<String> exists(PostgresPair pair) {
        return pair.target().query("postgres", "SELECT 1 FROM pg_database WHERE datname = 'made'");
    }
}
