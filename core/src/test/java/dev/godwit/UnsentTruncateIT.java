package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hazards A7 and 0.5: version 10 sends no TRUNCATE, so rows that it took away would stay on the target. */
@Tag("D1")
final class UnsentTruncateIT {
    private static final Duration READY = Duration.ofMinutes(3);

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void holdsUpTheCutoverUntilTheTargetIsMended(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE kept (id int PRIMARY KEY)",
                        "CREATE TABLE emptied (id int PRIMARY KEY)",
                        "INSERT INTO kept SELECT generate_series(1, 10)",
                        "INSERT INTO emptied SELECT generate_series(1, 10)");
        try (MigrationRun run = Migration.builder()
                .name("unsent")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build()
                .start()) {
            run.awaitReadyToCutover(READY);
            pair.source().execute("app", "TRUNCATE emptied", "INSERT INTO emptied VALUES (11)");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("public.emptied")
                    .hasMessageContaining("TRUNCATE")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("public.kept"));
            pair.target().execute("app", "DELETE FROM emptied WHERE id < 11");
            run.acknowledgeSchemaChanges();
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        assertThat(pair.target().query("app", "SELECT id FROM emptied")).containsExactly("11");
        assertThat(pair.target().query("app", "SELECT count(*) FROM kept")).containsExactly("10");
    }
}
