package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CancelOption;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A cutover that is asked for more than once. */
@PostgresPairTest(source = "15", target = "17")
final class RepeatedCutoverIT {

    @Test
    void isDoneOnceForAllWhoAskAndAllGetItsReport(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            MigrationRun first = held.start();
            List<CutoverReport> reports = Together.call(5, number -> first.cutover());
            assertThat(reports).allSatisfy(report -> assertThat(report).isSameAs(reports.get(0)));
            assertThat(first.cutover()).isSameAs(reports.get(0));
            held.requireIdentical();
            first.close();
            assertThat(first.cutover()).isSameAs(reports.get(0));
            assertThat(held.told(MigrationEvent.CutoverStepDone.class).stream()
                            .filter(step -> step.step().equals("switch")))
                    .hasSize(1);
            try (MigrationRun run = held.migration().resume()) {
                assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("an earlier process");
                assertThatThrownBy(run::cancel).hasMessageContaining("it is in COMPLETED");
            }
            assertThatThrownBy(() -> held.migration().cleanUp(CancelOption.CLEAN_TARGET))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("where the applications write, or wrote");
            held.migration().cleanUp();
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2000");
        }
    }

    @Test
    void isUndoneForAllWhoHaveWaitedForIt(PostgresPair pair) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        try (Held held = new Held(pair, MigrationPhase.CREATED)) {
            held.onSwitch = context -> {
                if (attempts.incrementAndGet() == 1) {
                    begun.complete(null);
                    goOn.join();
                    throw new IllegalStateException("not today");
                }
            };
            try (MigrationRun run = held.migration().start()) {
                run.awaitReadyToCutover(Held.LIMIT);
                CompletableFuture<CutoverReport> first = CompletableFuture.supplyAsync(run::cutover);
                begun.join();
                Thread[] waiter = new Thread[1];
                CompletableFuture<CutoverReport> second = CompletableFuture.supplyAsync(() -> {
                    waiter[0] = Thread.currentThread();
                    return run.cutover();
                });
                await().until(() -> waiter[0] != null && waiter[0].getState() == Thread.State.WAITING);
                goOn.complete(null);
                assertThatThrownBy(first::join).hasCauseInstanceOf(CutoverRevertedException.class);
                assertThatThrownBy(second::join).hasCauseInstanceOf(CutoverRevertedException.class);
                assertThat(attempts).hasValue(1);
                held.complete(run);
                assertThat(attempts).hasValue(2);
            }
        }
    }

    @Test
    void isDoneOnTheListenersThread(PostgresPair pair) throws Exception {
        CompletableFuture<MigrationRun> begun = new CompletableFuture<>();
        AtomicReference<CutoverReport> report = new AtomicReference<>();
        try (Held held = new Held(pair, MigrationPhase.CREATED)) {
            Migration migration = held.migration(pair.sourceUrl())
                    .listener(event -> {
                        if (event instanceof MigrationEvent.PhaseChanged changed
                                && changed.to() == MigrationPhase.READY_TO_CUTOVER) {
                            report.set(begun.join().cutover());
                        }
                    })
                    .build();
            try (MigrationRun run = migration.start()) {
                begun.complete(run);
                run.awaitCompleted(Held.LIMIT);
                await().atMost(Held.LIMIT).until(() -> report.get() != null);
                assertThat(run.cutover()).isSameAs(report.get());
            }
            held.requireIdentical();
        }
    }
}
