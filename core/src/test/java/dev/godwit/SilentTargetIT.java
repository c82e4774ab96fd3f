package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.WriteFences;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The target's host is gone without a word within the write pause: nobody there cancels what is waited for, and nothing is reset. */
@Tag("R4")
@PostgresPairTest(source = "15", target = "17")
final class SilentTargetIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** The pause, what the sessions have beyond it, and a connection that is not answered; with much room for a busy machine. */
    private static final Duration OPEN = Duration.ofSeconds(20);

    private static final String WRITE = "INSERT INTO item (name) VALUES ('open again')";

    @AfterEach
    void actNoMore() {
        StepActs.clear();
    }

    @Test
    void writersGoOnAtTheSource(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (FaultProxy proxy = FaultProxy.before(pair.target());
                MigrationRun run = migration(pair, proxy).start()) {
            run.awaitReadyToCutover(READY);
            StepActs.set((migration, step, ended) -> {
                if (step.equals("fill") && !ended) {
                    proxy.stall();
                }
            });
            CompletableFuture<Void> cutover = CompletableFuture.runAsync(run::cutover);
            await().atMost(READY).until(() -> isClosed(pair));
            await().atMost(OPEN).until(() -> !isClosed(pair));
            CutoverUndoIT.write(pair, WRITE);
            proxy.heal();
            assertThatThrownBy(() -> cutover.get(READY.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("ended in step 'fill'")
                    .hasMessageContaining("a server did not answer");
            StepActs.clear();
            run.awaitReadyToCutover(READY);
            assertThat(pair.source().query("app", "SELECT count(*) FROM item WHERE name = 'open again'"))
                    .containsExactly("1");
            run.cancel();
        }
    }

    private static boolean isClosed(PostgresPair pair) {
        // Sessions of the database itself are ended.
        return pair.source()
                .query("postgres", "SELECT count(*) FROM pg_db_role_setting")
                .contains("1");
    }

    private static Migration migration(PostgresPair pair, FaultProxy proxy) {
        return Migration.builder()
                .name("silent")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(proxy.url("app")).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fence(WriteFences.readOnlyDatabase())
                        .maxWritePause(PAUSE)
                        .build())
                .build();
    }
}
