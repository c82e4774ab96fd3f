package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.TableFilter;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the preflight finds of the objects of a target; each finding is gone once the target is mended. */
@PostgresPairTest(source = "15", target = "17")
final class TargetObjectsPreflightIT {

    /** An extension that no server has. */
    private static final String NOWHERE =
            "INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)"
                    + " VALUES (99999, 'nowhere', 10, 11, false, '1.2')";

    @Provokes(FindingCode.TARGET_OBJECT)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE VIEW \"A view\" AS SELECT 1 AS one",
                "CREATE MATERIALIZED VIEW m AS SELECT 1 AS one",
                "CREATE SEQUENCE \"Q\"",
                "CREATE TYPE mood AS ENUM ('fine')",
                "CREATE TYPE pair AS (a int, b int)",
                "CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0)"
            })
    void findsWhatWouldBeCreatedASecondTime(String create, PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE, create);
        Assessment.of(pair).hasNone(FindingCode.TARGET_OBJECT);
        pair.target().execute("app", create, "CREATE SEQUENCE another", "CREATE TABLE other (id serial)");
        Finding finding = Assessment.of(pair).only(FindingCode.TARGET_OBJECT);
        assertThat(finding.observed()).contains(finding.object() + " exists on the target already");
        Assessment.of(pair, "postgres", TableFilter.all(), SchemaPreparers.none())
                .hasNone(FindingCode.TARGET_OBJECT);
        pair.target().execute("app", finding.remedy());
        Assessment.of(pair).hasNone(FindingCode.TARGET_OBJECT);
    }

    @Provokes(FindingCode.TARGET_TABLE_DIFFERS)
    @Test
    void findsAPreparedTargetThatLacksSomething(PostgresPair pair) {
        SchemaPreparer none = SchemaPreparers.none();
        pair.source().execute("app", Assessment.TABLE, "CREATE TABLE part (id bigint PRIMARY KEY)");
        pair.target().execute("app", Assessment.TABLE, "CREATE TABLE part (id int PRIMARY KEY)");
        Assessment.of(pair).hasNone(FindingCode.TARGET_TABLE_DIFFERS);
        assertThat(Assessment.of(pair, "postgres", TableFilter.all(), none)
                        .only(FindingCode.TARGET_TABLE_DIFFERS)
                        .observed())
                .contains("public.part.id is bigint on the source and integer on the target");
        pair.target().execute("app", "ALTER TABLE part ALTER COLUMN id TYPE bigint");
        Assessment.of(pair, "postgres", TableFilter.all(), none).hasNone(FindingCode.TARGET_TABLE_DIFFERS);
    }

    @Provokes(FindingCode.TABLE_NOT_CARRIED)
    @Test
    void findsATableWhoseTypeIsNotCarried(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute(
                "app",
                Assessment.TABLE,
                NOWHERE,
                "CREATE TYPE odd AS ENUM ('a')",
                "ALTER EXTENSION nowhere ADD TYPE odd");
        Assessment.of(pair).hasNone(FindingCode.TABLE_NOT_CARRIED);
        source.execute("app", "CREATE TABLE t (id int PRIMARY KEY, o odd)");
        Finding finding = Assessment.of(pair).only(FindingCode.TABLE_NOT_CARRIED);
        assertThat(finding.object()).isEqualTo("public.t");
        assertThat(finding.observed()).contains("it needs").containsAnyOf("odd", "nowhere");
        source.execute("app", "ALTER TABLE t DROP COLUMN o");
        Assessment.of(pair).hasNone(FindingCode.TABLE_NOT_CARRIED);
    }

    @Provokes(FindingCode.EXTENSION_MISSING)
    @Test
    void findsAnExtensionThatTheTargetCannotHave(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(FindingCode.EXTENSION_MISSING);
        source.execute("app", NOWHERE);
        Finding finding = Assessment.of(pair).only(FindingCode.EXTENSION_MISSING);
        assertThat(finding.object()).isEqualTo("nowhere");
        assertThat(finding.observed()).contains("not installed on the target's host");
        Assessment.of(pair).hasNone(FindingCode.SCHEMA_NOT_CARRIED);
        source.execute("app", "DELETE FROM pg_extension WHERE extname = 'nowhere'");
        Assessment.of(pair).hasNone(FindingCode.EXTENSION_MISSING);
    }

    @Test
    void findsAnExtensionThatNobodyCreates(PostgresPair pair) {
        SchemaPreparer none = SchemaPreparers.none();
        pair.source().execute("app", Assessment.TABLE, "CREATE EXTENSION hstore");
        pair.target().execute("app", Assessment.TABLE);
        Assessment.of(pair).hasNone(FindingCode.EXTENSION_MISSING);
        Finding finding =
                Assessment.of(pair, "postgres", TableFilter.all(), none).only(FindingCode.EXTENSION_MISSING);
        assertThat(finding.observed()).contains("is not going to be created there");
        pair.target().execute("app", finding.remedy());
        Assessment.of(pair, "postgres", TableFilter.all(), none).hasNone(FindingCode.EXTENSION_MISSING);
    }

    @Provokes(FindingCode.EXTENSION_VERSION)
    @Test
    void findsAnExtensionOfAnotherVersion(PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE, "CREATE EXTENSION hstore");
        Assessment.of(pair).hasNone(FindingCode.EXTENSION_VERSION);
        pair.source().execute("app", "UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'hstore'");
        assertThat(Assessment.of(pair).only(FindingCode.EXTENSION_VERSION).observed())
                .contains("extension hstore has version 0.9 on the source, and 1.8 on the target");
        pair.source().execute("app", "UPDATE pg_extension SET extversion = '1.8' WHERE extname = 'hstore'");
        pair.target().execute("app", "CREATE EXTENSION hstore VERSION '1.4'");
        Finding finding = Assessment.of(pair).only(FindingCode.EXTENSION_VERSION);
        pair.target().execute("app", finding.remedy());
        Assessment.of(pair).hasNone(FindingCode.EXTENSION_VERSION);
    }

    @Provokes(FindingCode.TARGET_EVENT_TRIGGER)
    @Test
    void findsEventTriggers(PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE);
        PostgresServer target = pair.target();
        target.execute("app", "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
        target.execute("app", "CREATE EVENT TRIGGER g ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION f()");
        Assessment.of(pair).hasNone(FindingCode.TARGET_EVENT_TRIGGER);
        target.execute("app", "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()");
        Finding finding = Assessment.of(pair).only(FindingCode.TARGET_EVENT_TRIGGER);
        assertThat(finding.observed()).contains("event trigger e of the target calls public.f()");
        target.execute("app", finding.remedy());
        Assessment.of(pair).hasNone(FindingCode.TARGET_EVENT_TRIGGER);
    }

    @Provokes(FindingCode.TARGET_ROW_SECURITY)
    @Test
    void findsRowSecurityThatTheTargetsRoleCannotWriteThrough(PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE, "CREATE ROLE mover LOGIN");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        Assessment.TABLE,
                        "ALTER TABLE item OWNER TO mover",
                        "ALTER TABLE item ENABLE ROW LEVEL SECURITY");
        assess(pair).hasNone(FindingCode.TARGET_ROW_SECURITY);
        pair.target().execute("app", "ALTER TABLE item FORCE ROW LEVEL SECURITY");
        Finding finding = assess(pair).only(FindingCode.TARGET_ROW_SECURITY);
        assertThat(finding.object()).isEqualTo("public.item");
        pair.target().execute("app", finding.remedy());
        assess(pair).hasNone(FindingCode.TARGET_ROW_SECURITY);
    }

    @Provokes(FindingCode.TARGET_OWNER)
    @Test
    void findsATableThatTheTargetsRoleDoesNotOwn(PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE, "CREATE ROLE mover LOGIN");
        pair.target().execute("app", "CREATE ROLE mover LOGIN");
        assess(pair).hasNone(FindingCode.TARGET_OWNER);
        pair.target().execute("app", Assessment.TABLE);
        Finding finding = assess(pair).only(FindingCode.TARGET_OWNER);
        assertThat(finding.object()).isEqualTo("public.item");
        assertThat(finding.observed()).contains("role mover does not own table public.item");
        pair.target().execute("app", finding.remedy());
        assess(pair).hasNone(FindingCode.TARGET_OWNER);
    }

    private static Assessment assess(PostgresPair pair) {
        return Assessment.of(pair, "mover", TableFilter.all(), SchemaPreparers.none());
    }

    @Provokes(FindingCode.TARGET_SUBSCRIPTION)
    @Test
    void findsASubscriptionOfTheTarget(PostgresPair pair) {
        PostgresServer target = pair.target();
        pair.source().execute("app", Assessment.TABLE);
        target.execute(
                "app", "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)");
        try {
            Assessment.of(pair).hasNone(FindingCode.TARGET_SUBSCRIPTION);
            target.execute("app", "ALTER SUBSCRIPTION s ENABLE");
            Finding finding = Assessment.of(pair).only(FindingCode.TARGET_SUBSCRIPTION);
            assertThat(finding.object()).isEqualTo("s");
            target.execute("app", finding.remedy());
            Assessment.of(pair).hasNone(FindingCode.TARGET_SUBSCRIPTION);
        } finally {
            target.execute("app", "ALTER SUBSCRIPTION s DISABLE");
            target.execute("app", "ALTER SUBSCRIPTION s SET (slot_name = NONE)");
            target.execute("app", "DROP SUBSCRIPTION s");
        }
    }
}
