package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables that are copied in parts: by ctid, by key where the source is older than 14, and not at all where there is neither. */
final class SplitTableIT {
    private static final String PARTS =
            "SELECT count(*) FROM godwit.chunk_state WHERE table_name = 'odd' HAVING count(*) >= ";
    private static final String BEGUN = PARTS + "1";
    private static final CopyOptions.Builder OPTIONS =
            CopyOptions.builder().workers(2).splitBytes(1 << 20);

    private static void fill(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE odd (\"K 'ey\" text, at timestamptz, v text, PRIMARY KEY (\"K 'ey\", at))",
                        "INSERT INTO odd SELECT CASE WHEN i % 1000 = 0 THEN '''' || chr(92) || i ELSE md5(i::text) END,"
                                + " timestamptz '2020-01-01 UTC' + i * interval '1.5 s', repeat('v', 200)"
                                + " FROM generate_series(1, 30000) i",
                        "CREATE TABLE dup (a int, v text)",
                        "ALTER TABLE dup REPLICA IDENTITY FULL",
                        "INSERT INTO dup SELECT i % 7, repeat('d', 200) FROM generate_series(1, 20000) i",
                        "CREATE TABLE few (id int PRIMARY KEY, v text)",
                        "INSERT INTO few VALUES (1, 'one')",
                        "ANALYZE");
    }

    /** Rows that move to other pages and other keys while the copy is under way. */
    private static void change(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "UPDATE odd SET v = 'new' WHERE at < timestamptz '2020-01-01 01:00 UTC'",
                        "UPDATE odd SET \"K 'ey\" = 'zz' || \"K 'ey\" WHERE v = 'new' AND \"K 'ey\" < '4'",
                        "DELETE FROM odd WHERE \"K 'ey\" LIKE 'e%'",
                        "INSERT INTO odd VALUES ('new', now(), 'x')",
                        "INSERT INTO dup SELECT 9, 'x' FROM generate_series(1, 50)");
    }

    @Test
    @PostgresPairTest(source = "15", target = "18")
    void isCopiedByRangesOfPages(PostgresPair pair) throws Exception {
        assertThat(survivesLosses(pair)).isGreaterThan(4);
        assertThat(pair.target()
                        .query(
                                pair.database(),
                                "SELECT count(*) FROM pg_class WHERE relname IN ('odd', 'dup') AND relallvisible > 0"))
                .as("vacuumed")
                .containsExactly("2");
    }

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void isCopiedByRangesOfKeys(PostgresPair pair) throws Exception {
        assertThat(survivesLosses(pair)).isBetween(2, 4);
    }

    /** Gives the number of parts of the larger table. */
    private static int survivesLosses(PostgresPair pair) throws Exception {
        fill(pair);
        CopyTrial slow = new CopyTrial(pair, OPTIONS.maxBytesPerSecond(3 << 20).build());
        try (MigrationRun run = slow.migration().start()) {
            slow.awaitOnTarget(BEGUN);
            change(pair);
            // The same snapshot goes on: a part is copied again.
            for (PostgresServer server : List.of(pair.source(), pair.target())) {
                String pid = slow.awaitOn(server, CopyTrial.copying("odd")).get(0);
                server.execute("postgres", "SELECT pg_terminate_backend(" + pid + ")");
            }
            slow.awaitOnTarget(PARTS + "2");
            await().atMost(CopyTrial.LIMIT)
                    .until(() -> slow.told(MigrationEvent.Warning.class).stream()
                            .anyMatch(warning -> warning.message().contains("table public.odd")
                                    && warning.message().contains("trying again")));
            assertThat(slow.told(MigrationEvent.TableQueued.class)).hasSize(3);
            assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
        }
        assertThat(pair.target()
                        .query(
                                pair.database(),
                                "SELECT DISTINCT state FROM godwit.table_state WHERE table_name = 'odd'"))
                .containsExactly("QUEUED");
        assertThat(pair.target().query(pair.database(), "SELECT count(*) > 0 FROM odd"))
                .as("parts are there")
                .containsExactly("t");
        // Another snapshot: what was there of the table is removed.
        CopyTrial again = new CopyTrial(pair, OPTIONS.maxBytesPerSecond(6 << 20).build());
        int parts;
        try (MigrationRun run = again.migration().resume()) {
            parts = parts(again);
            change(pair);
            again.complete(run);
        }
        assertThat(again.told(MigrationEvent.TableCopied.class))
                .filteredOn(copied -> copied.table().equals("public.odd"))
                .singleElement()
                .satisfies(copied -> assertThat(copied.rows()).isBetween(28_000L, 30_001L));
        assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM godwit.chunk_state"))
                .containsExactly("0");
        again.migration().cleanUp();
        return parts;
    }

    /** The most that were seen: when the last one is done, all are forgotten. */
    private static int parts(CopyTrial trial) {
        int[] most = new int[1];
        await().atMost(CopyTrial.LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            List<String> now = trial.pair()
                    .target()
                    .query(
                            trial.pair().database(),
                            "SELECT count(*) || ' ' || (SELECT state FROM godwit.table_state WHERE table_name = 'odd')"
                                    + " FROM godwit.chunk_state WHERE table_name = 'odd'");
            String[] both = now.get(0).split(" ");
            most[0] = Math.max(most[0], Integer.parseInt(both[0]));
            return both[1].equals("COPIED");
        });
        return most[0];
    }
}
