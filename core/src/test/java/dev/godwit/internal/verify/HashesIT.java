package dev.godwit.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.result.MigrationException;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What servers hash that do not offer the same functions, or do not write the same bytes. */
@PostgresPairTest(source = "13", target = "17")
final class HashesIT {

    /** A server in FIPS mode refuses MD5 as one does that has taken the right to it away. */
    private static void refuseMd5(PostgresServer server, String database) {
        server.execute(
                database,
                "REVOKE EXECUTE ON FUNCTION pg_catalog.md5(text) FROM PUBLIC",
                "REVOKE EXECUTE ON FUNCTION pg_catalog.md5(bytea) FROM PUBLIC");
    }

    private static void createAsReader(PostgresPair pair) {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute("postgres", "CREATE ROLE reader LOGIN");
            server.execute(pair.database(), "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader");
            server.execute(pair.database(), "ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO reader");
            server.execute(pair.database(), "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO reader");
        }
        DamagedDatabase.create(pair);
    }

    @Test
    void whereMd5IsRefusedItIsSha256OnBothSides(PostgresPair pair) {
        createAsReader(pair);
        refuseMd5(pair.target(), pair.database());
        QuietPair quiet = new QuietPair(pair, "reader");
        VerificationReport equal = quiet.verify(QuietPair.chunks(QuietPair.only(name -> true), 64 << 10));
        assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        pair.target()
                .execute(
                        pair.database(),
                        "UPDATE scalars SET v = '' WHERE id = 4",
                        "UPDATE scattered SET v = v || ' ' WHERE v = 'v9'");
        assertThat(quiet.verify(QuietPair.chunks(QuietPair.only(name -> true), 64 << 10))
                        .differences())
                .extracting(d -> d.table().name() + " " + d.kind() + " " + d.columns())
                .containsExactlyInAnyOrder("scalars DIFFERENT [v]", "scattered DIFFERENT [v]");
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void withoutACommonFunctionItSaysWhatCanBeDone(PostgresPair pair) {
        createAsReader(pair);
        refuseMd5(pair.target(), pair.database());
        QuietPair quiet = new QuietPair(pair, "reader");
        assertThatThrownBy(() -> quiet.verify(QuietPair.only(name -> true)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContainingAll("MD5", "FIPS", "PostgreSQL 10", "COUNTS");
    }

    @Test
    void databasesOfOtherEncodingsAreComparedByWhatTheyMean(PostgresPair pair) {
        String create = "CREATE DATABASE other TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING ";
        pair.source().execute("postgres", create + "'LATIN1'");
        pair.target().execute("postgres", create + "'UTF8'");
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(
                    "other",
                    "CREATE TYPE mood AS ENUM ('é', 'ü')",
                    "CREATE TABLE item (k text PRIMARY KEY, v varchar(9), c char(3), b char, n name, m mood, a text[], o \"char\", p bpchar)",
                    "INSERT INTO item SELECT 'ö' || i, 'é' || i, 'ä', 'x', 'ñ', 'é', ARRAY['ß'], 'a', 'ø ' FROM generate_series(1, 50) i",
                    "CREATE TABLE loose (v text)",
                    "INSERT INTO loose VALUES ('å'), (''), (NULL)");
        }
        QuietPair quiet = new QuietPair(
                pair.source().url("other"),
                pair.target().url("other"),
                pair.source().superuser());
        VerificationReport equal = quiet.verify(QuietPair.settings());
        assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        assertThat(equal.tables()).extracting(table -> table.sourceRows()).containsExactly(50L, 3L);
        pair.target()
                .execute(
                        "other",
                        "UPDATE item SET v = 'è1' WHERE k = 'ö1'",
                        "UPDATE item SET p = 'ø' WHERE k = 'ö2'",
                        "UPDATE item SET m = 'ü', n = 'n' WHERE k = 'ö3'",
                        "UPDATE loose SET v = NULL WHERE v = ''");
        assertThat(quiet.verify(QuietPair.settings()).differences())
                .extracting(
                        d -> d.table().name() + " " + d.kind() + " " + d.key().values() + " " + d.columns())
                .containsExactlyInAnyOrder(
                        "item DIFFERENT [ö1] [v]",
                        "item DIFFERENT [ö2] [p]",
                        "item DIFFERENT [ö3] [m, n]",
                        "loose MISSING [] []",
                        "loose EXTRA [] []");
    }

    /** Their text has changed with that of floating point numbers, and they have no binary form on 10. */
    @Test
    @PostgresPairTest(source = "10", target = "18")
    void cubesAreComparedByTheirNumbers(PostgresPair pair) {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE SCHEMA \"Ex t\"",
                    "CREATE EXTENSION cube SCHEMA \"Ex t\"",
                    "CREATE TABLE item (id int PRIMARY KEY, c \"Ex t\".cube, a \"Ex t\".cube[])",
                    "INSERT INTO item SELECT id, c::\"Ex t\".cube, ARRAY[c::\"Ex t\".cube, NULL] FROM (VALUES (1, '(0.1,0.2),(0.3,-0)'),"
                            + " (2, '(0.1,1e300)'), (3, '(1),(3)'), (4, '()'), (5, '(0.1)'), (6, NULL)) AS v (id, c)");
        }
        QuietPair quiet = new QuietPair(pair);
        VerificationReport equal = quiet.verify(QuietPair.settings());
        assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        pair.target()
                .execute(
                        pair.database(),
                        "UPDATE item SET c = '(0.1,0.2),(0.3,0)' WHERE id = 1",
                        "UPDATE item SET c = '(3),(1)' WHERE id = 3",
                        "UPDATE item SET c = NULL WHERE id = 4",
                        "UPDATE item SET a[1] = '(0.10000000000000002)' WHERE id = 5");
        assertThat(quiet.verify(QuietPair.settings()).differences())
                .extracting(d -> d.key().get("id") + " " + d.columns())
                .containsExactlyInAnyOrder("1 [c]", "3 [c]", "4 [c]", "5 [a]");
    }

    @Test
    void largeValuesAreHashedWhereTheyLie(PostgresPair pair) {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE TABLE item (id int PRIMARY KEY, t text, b bytea, j json)",
                    "INSERT INTO item SELECT i, repeat('x' || i, 1000000), decode(repeat('0a', 3000000), 'hex'),"
                            + " to_json(repeat('y', 2000000)) FROM generate_series(1, 4) i");
        }
        QuietPair quiet = new QuietPair(pair);
        assertThat(quiet.verify(QuietPair.settings()).isEqual()).isTrue();
        pair.target()
                .execute(
                        pair.database(),
                        "UPDATE item SET t = t || ' ' WHERE id = 1",
                        "UPDATE item SET b = set_byte(b, 2999999, 11) WHERE id = 2",
                        "UPDATE item SET t = left(t, 2000000 - 1) || 'z' WHERE id = 3",
                        "UPDATE item SET j = (j::text || ' ')::json WHERE id = 4");
        assertThat(quiet.verify(QuietPair.settings()).differences())
                .extracting(d -> d.key().get("id") + " " + d.columns())
                .containsExactlyInAnyOrder("1 [t]", "2 [b]", "3 [t]", "4 [j]");
    }

    @Test
    void spacesThatFillUpACharDoNotCountAndOthersDo(PostgresPair pair) {
        pair.source().execute(pair.database(), "CREATE TABLE item (id int PRIMARY KEY, c char(4), p bpchar)");
        pair.target().execute(pair.database(), "CREATE TABLE item (id int PRIMARY KEY, c char(9), p bpchar)");
        pair.source().execute(pair.database(), "INSERT INTO item VALUES (1, 'ab', 'x'), (2, ' b', 'x ')");
        pair.target().execute(pair.database(), "INSERT INTO item VALUES (1, 'ab', 'x'), (2, 'b', 'x')");
        List<RowDifference> differences =
                new QuietPair(pair).verify(QuietPair.only(name -> true)).differences();
        assertThat(differences).extracting(d -> d.key() + " " + d.columns()).containsExactly("{id=2} [c, p]");
    }

    /** Values are copied and sent as their types' output functions write them. */
    @Test
    @PostgresPairTest(source = "10", target = "18")
    void aCastToTextThatTellsLessHidesNothing(PostgresPair pair) {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE TYPE address AS (street text, floor int)",
                    "CREATE TYPE mood AS ENUM ('sad', 'sadder')",
                    "CREATE FUNCTION label(address) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ($1).street'",
                    "CREATE FUNCTION label(mood) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''moody''::text'",
                    "CREATE TABLE item (id int PRIMARY KEY, a address, m mood)",
                    "INSERT INTO item VALUES (1, ('High Street', 1), 'sad'), (2, NULL, NULL), (3, (NULL, NULL), 'sad')");
        }
        for (PostgresServer server : List.of(pair.target(), pair.source())) {
            server.execute(
                    pair.database(),
                    "CREATE CAST (address AS text) WITH FUNCTION label(address)",
                    "CREATE CAST (mood AS text) WITH FUNCTION label(mood)");
            // Also if one side alone has it.
            VerificationReport equal = new QuietPair(pair).verify(QuietPair.only("public.item"));
            assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        }
        pair.target()
                .execute(
                        pair.database(),
                        "UPDATE item SET a = ('High Street', 2) WHERE id = 1",
                        "UPDATE item SET a = (NULL, NULL) WHERE id = 2",
                        "UPDATE item SET m = 'sadder' WHERE id = 3");
        assertThat(new QuietPair(pair).verify(QuietPair.only("public.item")).differences())
                .extracting(d -> d.key().get("id") + " " + d.columns())
                .containsExactlyInAnyOrder("1 [a]", "2 [a]", "3 [m]");
    }
}
