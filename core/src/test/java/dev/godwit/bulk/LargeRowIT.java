package dev.godwit.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.junit.jupiter.api.Test;

/** A row passes whole through the heap: what a migration needs follows from the largest row's text form alone. */
final class LargeRowIT {
    /** Of the largest row. */
    private static final int ROW_MEGABYTES = 40;
    /** Copies of it in the heap: in the reader, in the queue, as text and as the driver sends it, and room to move them. */
    private static final int MULTIPLE = 8;

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void movesRowsOfFortyMegabytesInEightTimesAsMuchHeap(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        PostgresPair.DATABASE,
                        "CREATE TABLE texts (id integer PRIMARY KEY, body text)",
                        "ALTER TABLE texts ALTER COLUMN body SET STORAGE EXTERNAL",
                        "CREATE TABLE bytes (id integer PRIMARY KEY, body bytea)",
                        "ALTER TABLE bytes ALTER COLUMN body SET STORAGE EXTERNAL",
                        "ALTER TABLE bytes REPLICA IDENTITY FULL",
                        "CREATE FUNCTION large(i integer) RETURNS text LANGUAGE sql AS 'SELECT repeat(md5(i::text), "
                                + ROW_MEGABYTES + " << 15)'",
                        "INSERT INTO texts SELECT i, large(i) FROM generate_series(1, 3) i",
                        // A byte is two digits, so this is half a row, of which an update sends two.
                        "INSERT INTO bytes SELECT 1, left(large(1), " + (ROW_MEGABYTES << 18) + ")::bytea");
        try (MigrationProcess migration = MigrationProcess.start(pair, ROW_MEGABYTES * MULTIPLE)) {
            migration.await("phase READY_TO_CUTOVER");
            pair.source()
                    .execute(
                            PostgresPair.DATABASE,
                            "INSERT INTO texts SELECT i, large(i) FROM generate_series(4, 6) i",
                            "UPDATE texts SET body = large(-id) WHERE id IN (1, 4)",
                            "UPDATE texts SET id = -id WHERE id = 2",
                            "UPDATE bytes SET body = left(large(2), " + (ROW_MEGABYTES << 18) + ")::bytea");
            migration.cutOver();
            System.out.println(migration.text());
        }
        assertThat(DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                        .run()
                        .differences())
                .isEmpty();
    }
}
