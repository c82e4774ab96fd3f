package dev.godwit.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The heap that a migration needs grows neither with the tables nor with a transaction. {@code -Dgodwit.bulk.percent=100} moves half a
 * gigabyte and applies a transaction of a million rows; a build has 40 of a hundred of that.
 */
@Tag("F7")
@Sampled(oneOf = 2)
final class SmallHeapIT {
    private static final int HEAP_MEGABYTES = 128;
    private static final int PERCENT = Integer.getInteger("godwit.bulk.percent", 40);
    private static final long LEAST_BYTES = (500L << 20) * PERCENT / 100;
    private static final String DATABASE = PostgresPair.DATABASE;

    private static final String LARGE_OBJECTS =
            "SELECT count(*), md5(string_agg(loid || ' ' || md5(lo_get(loid)), ' ' ORDER BY loid))"
                    + " FROM (SELECT oid AS loid FROM pg_largeobject_metadata) o";
    private static final String APPLIED = "SELECT bool_and(applied_lsn >= '%s') FROM godwit.apply_progress";

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void movesMoreThanItsHeapAndALargeTransactionWithin128Megabytes(PostgresPair pair) throws Exception {
        long began = System.nanoTime();
        createSource(pair);
        tell("source created", began);
        assertThat(Long.parseLong(query(pair, "SELECT pg_database_size(current_database())")))
                .isGreaterThan(LEAST_BYTES);
        try (MigrationProcess migration = MigrationProcess.start(pair, HEAP_MEGABYTES)) {
            migration.await("phase CATCH_UP");
            long wrote = System.nanoTime();
            String end = writeManyRows(pair);
            tell("transaction written", wrote);
            long committed = System.nanoTime();
            awaitApplied(pair, end, migration);
            tell("transaction applied after its commit", committed);
            migration.cutOver();
            System.out.println(migration.text());
        }
        long compared = System.nanoTime();
        assertThat(DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                        .run()
                        .differences())
                .isEmpty();
        assertThat(pair.target().query(DATABASE, LARGE_OBJECTS))
                .isEqualTo(pair.source().query(DATABASE, LARGE_OBJECTS));
        tell("compared", compared);
    }

    /** Rows of two pages out of line, many narrow rows, and some that are neither. */
    private static void createSource(PostgresPair pair) {
        pair.source()
                .execute(
                        DATABASE,
                        "CREATE TABLE wide (id integer PRIMARY KEY, body text NOT NULL, n integer NOT NULL DEFAULT 0)",
                        "ALTER TABLE wide ALTER COLUMN body SET STORAGE EXTERNAL",
                        "INSERT INTO wide SELECT i, repeat(md5(i::text), 512) FROM generate_series(1, " + share(20_000)
                                + ") i",
                        "CREATE TABLE narrow (id bigint PRIMARY KEY, a integer NOT NULL, b integer)",
                        "INSERT INTO narrow SELECT i, i % 1000, i / 7 FROM generate_series(1, " + share(2_500_000)
                                + ") i",
                        "CREATE TABLE middling (id bigserial PRIMARY KEY, at timestamptz NOT NULL, note text, price numeric)",
                        "CREATE INDEX ON middling (at)",
                        "INSERT INTO middling (at, note, price) SELECT timestamptz '2020-01-01 00:00Z' + i * interval '1 minute',"
                                + " repeat(md5(i::text), 4), i / 100.0 FROM generate_series(1, " + share(300_000)
                                + ") i",
                        "SELECT lo_create(1)",
                        "SELECT lo_put(1, (i - 1) * 1048576::bigint, convert_to(repeat(md5(i::text), 32768), 'UTF8'))"
                                + " FROM generate_series(1, " + share(300) + ") i",
                        "SELECT count(lo_from_bytea(i, convert_to(i::text, 'UTF8'))) FROM generate_series(20001, "
                                + (20_000 + share(30_000)) + ") i");
    }

    /** Gives the position after the commit. */
    private static String writeManyRows(PostgresPair pair) {
        pair.source()
                .execute(
                        DATABASE,
                        "BEGIN",
                        "INSERT INTO narrow SELECT i, 1, NULL FROM generate_series(2500001, "
                                + (2_500_000 + share(500_000)) + ") i",
                        "INSERT INTO middling (at, note, price) SELECT now(), 'late', i FROM generate_series(1, "
                                + share(100_000) + ") i",
                        "UPDATE wide SET n = n + 1",
                        "UPDATE narrow SET a = a + 1 WHERE id <= " + share(380_000),
                        "COMMIT");
        return query(pair, "SELECT pg_current_wal_lsn()");
    }

    private static int share(int whole) {
        return whole / 100 * PERCENT;
    }

    private static void awaitApplied(PostgresPair pair, String end, MigrationProcess migration) {
        Awaitility.await()
                .atMost(5, TimeUnit.MINUTES)
                .pollInterval(100, TimeUnit.MILLISECONDS)
                .failFast(migration::requireAlive)
                .until(() ->
                        pair.target().query(DATABASE, APPLIED.formatted(end)).equals(List.of("t")));
    }

    private static String query(PostgresPair pair, String sql) {
        return pair.source().query(DATABASE, sql).get(0);
    }

    private static void tell(String what, long since) {
        System.out.println(
                "small heap: " + what + " in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) + " ms");
    }
}
