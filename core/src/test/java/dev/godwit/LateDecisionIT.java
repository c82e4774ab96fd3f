package dev.godwit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.internal.cutover.StepActs;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The time is up when the decision is written, and no statement has failed: the transaction that wrote it is open then, and what is
 * undone must not wait for it.
 */
@Tag("R4")
@PostgresPairTest(source = "15", target = "17")
final class LateDecisionIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @AfterEach
    void actNoMore() {
        StepActs.clear();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isUndone(boolean rehearsal, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run = CutoverUndoIT.migration(
                        pair, CutoverOptions.builder().maxWritePause(PAUSE))
                .start()) {
            run.awaitReadyToCutover(READY);
            AtomicLong fenced = new AtomicLong();
            StepActs.set((migration, step, ended) -> {
                if (step.equals("fence") && ended) {
                    fenced.set(System.nanoTime());
                } else if (step.equals("decide") && !ended) {
                    // Past its share, and not so long that its sessions are ended.
                    TimeUnit.NANOSECONDS.sleep(fenced.get() + PAUSE.toNanos() - System.nanoTime());
                }
            });
            assertThatThrownBy(() -> cutOver(run, rehearsal))
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("ended in step 'decide'")
                    .hasMessageContaining("of maxWritePause (PT2S)");
            StepActs.clear();
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open')");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    private static void cutOver(MigrationRun run, boolean rehearsal) {
        if (rehearsal) {
            run.rehearseCutover();
        } else {
            run.cutover();
        }
    }
}
