package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.TableFilter;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the target's role lacks to make what is not a table is named before anything is made. */
@Tag("S1")
@PostgresPairTest(source = "15", target = "17")
final class TargetRightsPreflightIT {

    @Test
    @Provokes({FindingCode.TARGET_EXTENSION, FindingCode.TARGET_USAGE})
    void namesExtensionsLanguagesWrappersAndSchemasThatARoleMayNotUse(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE mover SUPERUSER LOGIN",
                        "CREATE TABLE t (id int PRIMARY KEY)",
                        "CREATE EXTENSION hstore",
                        "CREATE EXTENSION postgres_fdw",
                        "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                        "CREATE SCHEMA calc",
                        "CREATE FUNCTION calc.one() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "CREATE SCHEMA calc",
                        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC");
        Assessment assessment = assess(pair);

        Finding extension = assessment.only(FindingCode.TARGET_EXTENSION);
        assertThat(extension.observed())
                .isEqualTo("role mover may not create extension postgres_fdw, which is not trusted");
        Finding language = assessment.only(FindingCode.TARGET_USAGE);
        assertThat(language.object()).isEqualTo("plpgsql");
        assertThat(assessment.all(FindingCode.TARGET_SCHEMA_CREATE))
                .extracting(Finding::object)
                .containsExactly("calc", "public");
        assertThat(pair.target().query("app", "SELECT extname FROM pg_extension"))
                .containsExactly("plpgsql");
        assertThat(pair.target().query("app", "SELECT 1 FROM pg_namespace WHERE nspname ~ 'godwit'"))
                .isEmpty();

        Assessment.execute(pair.target(), "app", extension.remedy());
        Assessment.execute(pair.target(), "app", language.remedy());
        assessment = assess(pair);
        assessment.hasNone(FindingCode.TARGET_EXTENSION);
        Finding wrapper = assessment.only(FindingCode.TARGET_USAGE);
        assertThat(wrapper.observed())
                .isEqualTo(
                        "role mover may not create servers of foreign data wrapper postgres_fdw, as the source has them");
        Assessment.execute(pair.target(), "app", wrapper.remedy());
        assessment = assess(pair);
        assessment.hasNone(FindingCode.TARGET_USAGE);
        assessment
                .all(FindingCode.TARGET_SCHEMA_CREATE)
                .forEach(schema -> Assessment.execute(pair.target(), "app", schema.remedy()));
        // All that the role still lacks belongs to a superuser; its extension, which has a comment, does as well.
        assessment = assess(pair);
        assessment.hasNone(FindingCode.TARGET_SCHEMA_CREATE);
        assessment.hasNone(FindingCode.REFUSED_STEP);

        pair.target()
                .execute("app", "CREATE FUNCTION calc.one() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        assertThat(assess(pair).only(FindingCode.REFUSED_STEP).observed())
                .isEqualTo("the target refuses the definition of function calc.one(): "
                        + "ERROR: must be owner of function one [SQLSTATE 42501]");
    }

    @Test
    void schemasInWhichNothingIsMadeMayBeOthers(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE mover SUPERUSER LOGIN",
                        "CREATE SCHEMA sales",
                        "CREATE TABLE sales.t (id int PRIMARY KEY)",
                        "CREATE SCHEMA audit",
                        "CREATE FUNCTION audit.two() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2; END'",
                        "CREATE VIEW audit.v AS SELECT 1 AS one",
                        "CREATE SCHEMA \"Of sales\"",
                        "CREATE TYPE \"Of sales\".\"State.Of\" AS ENUM ('new', 'sold')",
                        "ALTER TABLE sales.t ADD state \"Of sales\".\"State.Of\"");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "CREATE SCHEMA audit",
                        "CREATE SCHEMA \"Of sales\"",
                        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC");

        Assessment assessment =
                Assessment.of(pair, "mover", TableFilter.only("sales.*"), SchemaPreparers.fromCatalog());

        assertThat(assessment.only(FindingCode.TARGET_SCHEMA_CREATE).object()).isEqualTo("\"Of sales\"");
        assessment.hasNone(FindingCode.TARGET_USAGE);
    }

    private static Assessment assess(PostgresPair pair) {
        return Assessment.of(pair, "mover", TableFilter.all(), SchemaPreparers.fromCatalog());
    }
}
