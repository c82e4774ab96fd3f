package dev.godwit.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hazard C3: values of 1 MB and of 50 MB by the copy and by the stream, set, changed, moved to another key and left alone. */
@Tag("T1")
final class LargeValuesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MEGABYTE = 1 << 20;

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void keepsValuesOfOneAndOfFiftyMegabytes(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE large (id int PRIMARY KEY, n int, t text, b bytea)",
                        "ALTER TABLE large ALTER t SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL",
                        "CREATE FUNCTION big(seed int, size int) RETURNS text LANGUAGE sql AS"
                                + " $$ SELECT left(repeat(md5(seed::text) || E'\\\\\\t\\u00e9\\n', size / 30), size) $$",
                        "INSERT INTO large SELECT 1, 0, big(1, " + MEGABYTE + "), convert_to(big(2, " + MEGABYTE
                                + "), 'UTF8')",
                        "INSERT INTO large SELECT 2, 0, big(3, " + 50 * MEGABYTE + "), NULL",
                        "INSERT INTO large SELECT 3, 0, NULL, convert_to(big(4, " + 48 * MEGABYTE + "), 'UTF8')");
        try (MigrationRun run = Migration.builder()
                .name("large")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build()
                .start()) {
            run.awaitReadyToCutover(PATIENCE);
            pair.source()
                    .execute(
                            "app",
                            "INSERT INTO large SELECT id + 10, n, t, b FROM large WHERE id = 1",
                            "INSERT INTO large SELECT 12, 0, big(5, " + 50 * MEGABYTE + "), NULL",
                            "INSERT INTO large SELECT 13, 0, NULL, convert_to(big(6, " + 48 * MEGABYTE + "), 'UTF8')",
                            "UPDATE large SET n = 1",
                            "UPDATE large SET id = id + 100 WHERE id IN (2, 13)",
                            "UPDATE large SET t = 'short' WHERE id = 12",
                            "UPDATE large SET t = big(7, " + MEGABYTE + "), b = NULL WHERE id IN (1, 113)");
            awaitApplied(pair);
            run.cutover();
        }
        String rows = "SELECT concat_ws(' ', id, n, md5(t), length(t), md5(b), length(b)) FROM large ORDER BY id";
        List<String> source = pair.source().query("app", rows);
        assertThat(source).hasSize(6);
        assertThat(pair.target().query("app", rows)).isEqualTo(source);
    }

    /** What is left to apply must fit into the write pause. */
    private static void awaitApplied(PostgresPair pair) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pair.target().query("app", "SELECT id FROM large WHERE t = 'short'"))
                        .containsExactly("12"));
    }
}
