package dev.godwit.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.TableRows;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RowDifference;
import dev.godwit.result.TableVerification;
import dev.godwit.result.VerificationFailedException;
import dev.godwit.result.VerificationMode;
import dev.godwit.result.VerificationReport;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The comparison of two quiet servers. What random damage it finds is in {@code RandomDamageIT}. */
@PostgresPairTest(source = "13", target = "17")
final class VerifierIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void databasesMadeAlikeAreEqual(PostgresPair pair) {
        DamagedDatabase.create(pair);
        for (long chunk : new long[] {64 << 20, 64 << 10}) {
            VerificationReport report = new QuietPair(pair).verify(QuietPair.chunks(QuietPair.settings(), chunk));
            assertThat(report.isEqual()).as(report.toTable()).isTrue();
            assertThat(report.lsn()).isEqualTo(QuietPair.POSITION);
            assertThat(report.scope().isWhole()).isTrue();
            assertThat(QuietPair.table(report, "public.many").sourceRows()).isEqualTo(6050);
            assertThat(QuietPair.table(report, "public.nothing").targetRows()).isEqualTo(3);
            assertThat(report.tables())
                    .extracting(t -> t.table().name())
                    .contains("t.a\"b", "parted_1", "child", "wide");
        }
    }

    @Test
    void largeTablesAreComparedInPartsOfTheirKeyOrByBuckets(PostgresPair pair) {
        DamagedDatabase.create(pair);
        pair.target()
                .execute(
                        pair.database(),
                        "UPDATE many SET v = v || ' ' WHERE id IN (7, 4711)",
                        "DELETE FROM many WHERE id = 1000",
                        "INSERT INTO many VALUES (-5, 'x'), (100000, 'x')",
                        "UPDATE scattered SET v = '' WHERE v = 'v77'",
                        "DELETE FROM scattered WHERE v = 'v78'",
                        "INSERT INTO heap SELECT v FROM heap LIMIT 1",
                        "DELETE FROM heap WHERE v = md5('5')");
        VerificationReport report =
                new QuietPair(pair).verify(QuietPair.chunks(QuietPair.only(name -> true), 64 << 10));
        TableVerification many = QuietPair.table(report, "public.many");
        assertThat(many.chunks()).isGreaterThan(4);
        assertThat(many.differingRows()).isEqualTo(5);
        assertThat(many.differences())
                .extracting(d -> d.kind() + " " + d.key() + " " + d.columns())
                .containsExactlyInAnyOrder(
                        "DIFFERENT {id=7} [v]",
                        "DIFFERENT {id=4711} [v]",
                        "MISSING {id=1000} []",
                        "EXTRA {id=-5} []",
                        "EXTRA {id=100000} []");
        TableVerification scattered = QuietPair.table(report, "public.scattered");
        assertThat(scattered.differences())
                .extracting(RowDifference::kind)
                .containsExactlyInAnyOrder(RowDifference.Kind.DIFFERENT, RowDifference.Kind.MISSING);
        TableVerification heap = QuietPair.table(report, "public.heap");
        assertThat(heap.differingRows()).isEqualTo(4);
        assertThat(heap.differences())
                .extracting(d -> d.kind() + " " + d.rows() + " " + d.key())
                .containsExactlyInAnyOrder("EXTRA 1 {}", "MISSING 3 {}");
        assertThat(report.differingTables()).hasSize(3);
    }

    @Test
    void theNumberOfDifferencesIsExactHoweverFewAreNamed(PostgresPair pair) {
        DamagedDatabase.create(pair);
        pair.target().execute(pair.database(), "UPDATE many SET v = v || 'x' WHERE id % 2 = 0", "TRUNCATE scattered");
        VerifySettings few = QuietPair.settings(VerificationMode.EXACT, 1, 10, false, context -> null);
        VerificationReport report = new QuietPair(pair).verify(QuietPair.chunks(few, 64 << 10));
        assertThat(QuietPair.table(report, "public.many").differingRows()).isEqualTo(3025);
        assertThat(QuietPair.table(report, "public.many").differences()).hasSize(10);
        assertThat(QuietPair.table(report, "public.scattered").differingRows()).isEqualTo(6000);
        assertThat(QuietPair.table(report, "public.scattered").targetRows()).isZero();
    }

    @Test
    void valuesAreInTheReportOnlyIfAskedForAndNeverInItsMessages(PostgresPair pair) {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE TABLE secret (id text PRIMARY KEY, v text, w int)",
                    "CREATE TABLE loose (v text)");
        }
        pair.source()
                .execute(pair.database(), "INSERT INTO secret VALUES ('key-1', 'hidden-1', NULL), ('key-2', '', 1)");
        pair.target().execute(pair.database(), "INSERT INTO secret VALUES ('key-1', 'hidden-2', 3)");
        pair.source().execute(pair.database(), "INSERT INTO loose VALUES ('hidden-3')");
        VerificationReport without =
                new QuietPair(pair).verify(QuietPair.settings(VerificationMode.EXACT, 1, 10, false, c -> null));
        assertThat(without.toString() + without.toTable() + without.toJson() + without.tables() + without.differences())
                .doesNotContain("hidden", "key-");
        assertThat(without.differences()).hasSize(3).allMatch(d -> d.values().isEmpty());
        assertThatThrownBy(without::throwIfDifferent)
                .isInstanceOf(VerificationFailedException.class)
                .hasMessageContainingAll("public.secret", "2 differ", "repair", "copyAfresh")
                .hasMessageNotContainingAny("hidden", "key-");
        VerificationReport with =
                new QuietPair(pair).verify(QuietPair.settings(VerificationMode.EXACT, 1, 10, true, c -> null));
        assertThat(with.toTable()).contains("hidden-1", "hidden-2", "hidden-3", "key-1", "w = NULL", "w = '3'");
        assertThat(with.toJson()).contains("hidden-1", "hidden-2", "hidden-3", "key-2");
        assertThat(with.differences().toString()).doesNotContain("hidden", "key-");
        RowDifference changed = with.differences().stream()
                .filter(d -> d.kind() == RowDifference.Kind.DIFFERENT)
                .findFirst()
                .orElseThrow();
        assertThat(changed.columns()).containsExactly("v", "w");
        assertThat(changed.key()).isEqualTo(Map.of("id", "key-1"));
    }

    @Test
    void countsNoticeTheNumberOfRowsAlone(PostgresPair pair) {
        DamagedDatabase.create(pair);
        pair.target().execute(pair.database(), "UPDATE many SET v = ''", "DELETE FROM keyless WHERE a = 3");
        VerificationReport report =
                new QuietPair(pair).verify(QuietPair.settings(VerificationMode.COUNTS, 1, 10, false, c -> null));
        assertThat(report.differingTables()).extracting(t -> t.table().name()).containsExactly("keyless");
        assertThat(QuietPair.table(report, "public.keyless").differingRows()).isEqualTo(5);
        assertThat(report.scope().isWhole()).isFalse();
    }

    @Test
    void aSampleLooksAtTheSamePartsOfBothSides(PostgresPair pair) {
        DamagedDatabase.create(pair);
        VerificationReport report =
                new QuietPair(pair).verify(QuietPair.settings(VerificationMode.EXACT, 0.3, 10, false, c -> null));
        assertThat(report.isEqual()).as(report.toTable()).isTrue();
        assertThat(report.scope().isWhole()).isFalse();
        for (String name : List.of("public.many", "public.scattered", "public.heap")) {
            assertThat(QuietPair.table(report, name).sourceRows()).as(name).isBetween(1L, 4000L);
        }
        assertThat(QuietPair.table(report, "public.scalars").sourceRows()).isEqualTo(40);
        pair.target().execute(pair.database(), "UPDATE many SET v = ''");
        assertThat(new QuietPair(pair)
                        .verify(QuietPair.settings(VerificationMode.EXACT, 0.3, 10, false, c -> null))
                        .isEqual())
                .isFalse();
    }

    @Test
    void anInterruptEndsItAtOnceAndLeavesNoSession(PostgresPair pair) throws Exception {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(),
                    "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                            + " 'BEGIN PERFORM pg_catalog.pg_sleep(600); RETURN 1; END'",
                    "CREATE VIEW hidden AS SELECT 1 AS x",
                    "CREATE TABLE item (id int PRIMARY KEY)",
                    "INSERT INTO item VALUES (1)");
        }
        TableRows slow = new TableRows(List.of(), "public.slow(id) = 1");
        QuietPair quiet = new QuietPair(pair);
        AtomicReference<Throwable> ended = new AtomicReference<>();
        VerifyJob job = quiet.job(QuietPair.only("public.item"), progress -> {});
        VerifyJob slowJob = new VerifyJob(
                job.migration(),
                job.source(),
                Map.of(new TableName("public", "item"), slow),
                job.settings(),
                job.carried(),
                job.schema(),
                job.throttleContext(),
                job.observer());
        Thread thread = new Thread(() -> {
            try {
                new Verifier(quiet, slowJob, Clock.systemUTC(), new Random()).run();
            } catch (Exception e) {
                ended.set(e);
            }
        });
        thread.start();
        await().atMost(LIMIT).until(() -> sleeping(pair) == 1);
        thread.interrupt();
        thread.join(LIMIT.toMillis());
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        for (Connection connection : quiet.opened()) {
            assertThat(connection.isClosed()).isTrue();
        }
        await().atMost(LIMIT).until(() -> sleeping(pair) == 0);
    }

    private static int sleeping(PostgresPair pair) {
        return Integer.parseInt(pair.source()
                .query(pair.database(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                .get(0));
    }

    @Test
    void aLostSessionNamesTheTableAndTheWayOut(PostgresPair pair) throws SQLException {
        DamagedDatabase.create(pair);
        AtomicBoolean killed = new AtomicBoolean();
        VerifySettings settings = QuietPair.settings(VerificationMode.EXACT, 1, 10, false, context -> {
            if (!killed.getAndSet(true)) {
                pair.target()
                        .execute(
                                pair.database(),
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'godwit'");
            }
            return null;
        });
        QuietPair quiet = new QuietPair(pair);
        VerifyJob job = quiet.job(settings, progress -> {});
        assertThatThrownBy(() -> new Verifier(quiet, job, Clock.systemUTC(), new Random()).run())
                .isInstanceOf(MigrationException.class)
                .hasMessageContainingAll("table public.", "could not be compared", "verify again");
    }

    @Test
    void theThrottleHoldsItBackAndProgressIsTold(PostgresPair pair) throws Exception {
        DamagedDatabase.create(pair);
        AtomicBoolean paused = new AtomicBoolean(true);
        List<VerifyProgress> seen = new CopyOnWriteArrayList<>();
        QuietPair quiet = new QuietPair(pair);
        VerifyJob job = quiet.job(
                QuietPair.settings(
                        VerificationMode.EXACT, 1, 10, false, c -> paused.get() ? "the test asks for it" : null),
                seen::add);
        AtomicReference<VerificationReport> report = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                report.set(new Verifier(quiet, job, Clock.systemUTC(), new Random()).run());
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        await().atMost(LIMIT).until(() -> !seen.isEmpty());
        assertThat(report.get()).isNull();
        assertThat(seen).hasSize(1).allMatch(progress -> progress.rows() == 0);
        paused.set(false);
        thread.join(LIMIT.toMillis());
        assertThat(report.get()).isNotNull();
        VerifyProgress last = seen.get(seen.size() - 1);
        assertThat(last.tablesDone())
                .isEqualTo(last.tables())
                .isEqualTo(report.get().tables().size());
        assertThat(last.bytes()).isEqualTo(last.bytesTotal());
        assertThat(last.rows())
                .isEqualTo(report.get().tables().stream()
                        .mapToLong(TableVerification::sourceRows)
                        .sum());
    }
}
