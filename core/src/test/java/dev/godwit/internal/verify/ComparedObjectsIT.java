package dev.godwit.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.TableRows;
import dev.godwit.result.SequenceDifference;
import dev.godwit.result.TableVerification;
import dev.godwit.result.VerificationMode;
import dev.godwit.result.VerificationReport;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of two quiet servers is compared, and what is there on one of them alone. */
@PostgresPairTest(source = "13", target = "17")
final class ComparedObjectsIT {

    @Test
    void onlyWhatIsMigratedIsCompared(PostgresPair pair) {
        DamagedDatabase.create(pair);
        TableName many = new TableName("public", "many");
        pair.target().execute(pair.database(), "UPDATE many SET v = NULL", "DELETE FROM many WHERE id > 3000");
        TableRows half = new TableRows(List.of("id"), "id <= 3000");
        QuietPair quiet = new QuietPair(pair);
        VerifySettings settings = QuietPair.chunks(QuietPair.only("public.many"), 64 << 10);
        assertThat(quiet.verify(settings, Map.of(many, half)).isEqual()).isTrue();
        pair.target().execute(pair.database(), "INSERT INTO many VALUES (5000, 'does not meet the condition')");
        assertThat(quiet.verify(settings, Map.of(many, half)).differences())
                .extracting(d -> d.kind() + " " + d.key())
                .containsExactly("EXTRA {id=5000}");
        assertThat(quiet.verify(settings).tables().get(0).differingRows()).isEqualTo(6050);
    }

    @Test
    void aTableOrColumnThatTheTargetLacksIsADifference(PostgresPair pair) {
        DamagedDatabase.create(pair);
        pair.target().execute(pair.database(), "DROP TABLE texts", "ALTER TABLE scalars DROP COLUMN net");
        VerificationReport report = new QuietPair(pair).verify(QuietPair.settings());
        assertThat(QuietPair.table(report, "public.texts").problem())
                .hasValueSatisfying(p -> assertThat(p).contains("no such table"));
        assertThat(QuietPair.table(report, "public.scalars").problem())
                .hasValueSatisfying(p -> assertThat(p).contains("lacks column net"));
        assertThat(QuietPair.table(report, "public.scalars").differingRows()).isZero();
        assertThat(report.schema()).extracting(SchemaDifference::object).anyMatch(o -> o.contains("texts"));
        assertThat(report.isEqual()).isFalse();
    }

    @Test
    void otherPartitionsOnTheTargetAreComparedAsAWhole(PostgresPair pair) {
        DamagedDatabase.create(pair);
        pair.target()
                .execute(
                        pair.database(),
                        "DROP TABLE parted",
                        "CREATE TABLE parted (id int PRIMARY KEY, v text)",
                        "INSERT INTO parted SELECT i, 'v' || i FROM generate_series(0, 29) i");
        QuietPair quiet = new QuietPair(pair);
        VerificationReport equal =
                quiet.verify(QuietPair.only(name -> name.name().startsWith("parted")));
        assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        assertThat(equal.tables()).extracting(t -> t.table().name()).containsExactly("parted");
        pair.target().execute(pair.database(), "DELETE FROM parted WHERE id = 15");
        assertThat(quiet.verify(QuietPair.only(name -> name.name().startsWith("parted")))
                        .isEqual())
                .isFalse();
    }

    @Test
    void rowsInAPartitionThatOnlyTheTargetHasAreTooMuch(PostgresPair pair) {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE TABLE sale (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                    "CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (0) TO (10)",
                    "INSERT INTO sale VALUES (1, 'one')");
        }
        // One that the source has as well is another matter.
        pair.source().execute(pair.database(), "CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM (10) TO (20)");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM (10) TO (20)",
                        "CREATE TABLE sale_rest PARTITION OF sale DEFAULT PARTITION BY HASH (id)",
                        "CREATE TABLE \"sale all\" PARTITION OF sale_rest FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                        "INSERT INTO sale VALUES (11, 'not compared')");
        QuietPair quiet = new QuietPair(pair);
        VerifySettings settings = QuietPair.only(
                name -> name.name().startsWith("sale") && !name.name().equals("sale_2"));
        VerificationReport equal = quiet.verify(settings);
        assertThat(equal.isEqual()).as(equal.toTable()).isTrue();
        pair.target().execute(pair.database(), "INSERT INTO sale VALUES (70, 'x'), (80, 'y')");
        for (VerifySettings some :
                List.of(settings, QuietPair.settings(VerificationMode.COUNTS, 1, 10, false, c -> null))) {
            TableVerification extra = QuietPair.table(quiet.verify(some), "public.sale all");
            assertThat(extra.isEqual()).isFalse();
            assertThat(extra.targetRows()).isEqualTo(2);
            assertThat(extra.differingRows()).isEqualTo(2);
            assertThat(extra.problem())
                    .hasValueSatisfying(p -> assertThat(p).contains("only the target has this partition"));
        }
    }

    /** As before the cutover. */
    private static VerifyJob notCarried(VerifyJob job) {
        return new VerifyJob(
                job.migration(),
                job.source(),
                job.parts(),
                job.settings(),
                false,
                job.schema(),
                job.throttleContext(),
                job.observer());
    }

    @Test
    void whatIsInNoStreamIsComparedOnlyOnceItIsCarried(PostgresPair pair) {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)",
                    "CREATE SEQUENCE counter",
                    "CREATE SEQUENCE down INCREMENT -1");
        }
        pair.source()
                .execute(
                        pair.database(),
                        "INSERT INTO cache VALUES (1)",
                        "SELECT nextval('counter'), nextval('counter'), nextval('down')",
                        "SELECT lo_from_bytea(0, 'x')");
        QuietPair quiet = new QuietPair(pair);
        VerificationReport before = quiet.verify(QuietPair.settings(), ComparedObjectsIT::notCarried);
        assertThat(before.isEqual()).isTrue();
        assertThat(before.notCompared())
                .extracting(left -> left.object())
                .containsExactlyInAnyOrder("where sequences stand", "table public.cache", "large objects");
        pair.target().execute(pair.database(), "DROP SEQUENCE down", "ALTER SEQUENCE counter MINVALUE 0 MAXVALUE 1");
        assertThat(quiet.verify(QuietPair.settings(), ComparedObjectsIT::notCarried)
                        .sequences())
                .extracting(SequenceDifference::toString)
                .containsExactly(
                        "public.counter: stands at 2 on the source, which is beyond its limits on the target",
                        "public.down: stands at -1 on the source, does not exist on the target");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE SEQUENCE down INCREMENT -1",
                        "ALTER SEQUENCE counter NO MINVALUE NO MAXVALUE");
        VerificationReport after = quiet.verify(QuietPair.settings());
        assertThat(QuietPair.table(after, "public.cache").isEqual()).isFalse();
        assertThat(after.sequences())
                .extracting(d -> d.sequence().name() + " " + d.source() + " "
                        + d.target().orElseThrow())
                .containsExactly("counter 2 1 (not called)", "down -1 -1 (not called)");
        pair.target()
                .execute(
                        pair.database(),
                        "SELECT setval('counter', 9), setval('down', -1)",
                        "INSERT INTO cache VALUES (1)");
        assertThat(quiet.verify(QuietPair.settings()).isEqual()).isTrue();
    }
}
