package dev.godwit.back;

import static dev.godwit.back.Back.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.status.WriteSide;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Process after process dies on the way back, and the next one goes on. */
@Tag("F1")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class WayBackCrashIT {

    @Test
    void goesOnAfterAKillAtEachMoment(PostgresPair pair, @TempDir Path logs) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE token (id serial PRIMARY KEY, name text)",
                        "INSERT INTO token (name) VALUES ('before')");
        kill(pair, logs, "in switch");
        requireClosed(pair, true, false);
        // As if it had died between the decision and what comes next: where the way back begins.
        assertThat(pair.target()
                        .query(
                                pair.database(),
                                "UPDATE godwit.migration SET reverse_lsn = NULL RETURNING cutover_step"))
                .containsExactly("SWITCHING");
        kill(pair, logs, "in reverse sync");
        requireClosed(pair, true, false);
        List<String> expected = new ArrayList<>(List.of("before"));
        for (String moment : BackProgram.MOMENTS) {
            kill(pair, logs, moment);
            expected.add(moment);
            boolean opened = moment.equals("in switch back");
            boolean sealed = opened || moment.endsWith(" seal");
            requireClosed(pair, !opened, sealed);
        }
        try (MigrationRun run = BackProgram.migration(pair.sourceUrl(), pair.targetUrl(), "none")
                .resume()) {
            await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.ROLLED_BACK);
            assertThat(run.status().writes()).isEqualTo(WriteSide.SOURCE);
        }
        assertThat(pair.source().query(pair.database(), "SELECT name FROM token ORDER BY id"))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(pair.source().query(pair.database(), "INSERT INTO token (name) VALUES ('after') RETURNING id > 6"))
                .containsExactly("t");
        requireClosed(pair, false, true);
        assertThat(Back.remembers(pair, true)).isFalse();
        leaks.assertNone();
    }

    private static void requireClosed(PostgresPair pair, boolean oldClosed, boolean newClosed) {
        assertThat(Back.isClosed(pair, true)).as("the old server is closed").isEqualTo(oldClosed);
        assertThat(Back.isClosed(pair, false)).as("the new server is closed").isEqualTo(newClosed);
        assertThat(oldClosed || newClosed).as("one side at most is open").isTrue();
    }

    private static void kill(PostgresPair pair, Path logs, String moment) throws Exception {
        Path log = logs.resolve(moment.replace(' ', '-') + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackProgram.class.getName(),
                        pair.sourceUrl(),
                        pair.targetUrl(),
                        moment)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("halts %s", moment)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("halts %s: %s", moment, Files.readString(log))
                    .isEqualTo(BackProgram.KILLED);
        } finally {
            process.destroyForcibly();
        }
    }
}
