package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.ListenerStatistics;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What listeners are told, and that nothing they do is felt by the run. */
@PostgresPairTest(source = "15", target = "17")
final class ListenersIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void prepare(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE large (id int PRIMARY KEY, v text)",
                        "INSERT INTO large SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i",
                        "CREATE TABLE small (id int PRIMARY KEY, v text)",
                        "INSERT INTO small VALUES (1, 'one')");
    }

    @Test
    void areToldOfEveryStepInOrder(PostgresPair pair) throws Exception {
        Migration migration = builder(pair)
                .copy(CopyOptions.builder().splitBytes(1 << 20).build())
                .listener(events::add)
                .build();
        CutoverReport report;
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            report = run.cutover();
        }
        List<MigrationEvent.ChunkCopied> chunks = told(MigrationEvent.ChunkCopied.class);
        MigrationEvent.TableCopied large = told(MigrationEvent.TableCopied.class).stream()
                .filter(table -> table.table().equals("public.large"))
                .findFirst()
                .orElseThrow();
        assertThat(chunks).hasSizeGreaterThan(2).allSatisfy(chunk -> {
            assertThat(chunk.table()).isEqualTo("public.large");
            assertThat(chunk.parts()).isEqualTo(chunks.size());
        });
        assertThat(chunks).extracting(MigrationEvent.ChunkCopied::part).doesNotHaveDuplicates();
        assertThat(chunks.stream().mapToLong(MigrationEvent.ChunkCopied::rows).sum())
                .isEqualTo(20_000);
        assertThat(chunks.stream().mapToLong(MigrationEvent.ChunkCopied::bytes).sum())
                .isEqualTo(large.bytes());
        assertThat(events.indexOf(large)).isGreaterThan(events.indexOf(chunks.get(chunks.size() - 1)));
        assertThat(cutover())
                .containsExactly(
                        "CutoverStarted",
                        "prepare begins",
                        "prepare",
                        "fence begins",
                        "fence",
                        "drain begins",
                        "drain",
                        "fill begins",
                        "fill",
                        "seal begins",
                        "seal",
                        "decide begins",
                        "decide",
                        "switch begins",
                        "switch",
                        "CutoverCompleted");
        MigrationEvent.CutoverCompleted done =
                told(MigrationEvent.CutoverCompleted.class).get(0);
        assertThat(done.writePause()).isEqualTo(report.writePause());
        assertThat(done.endLsn()).isEqualTo(report.endLsn().toString());
        migration.cleanUp();
    }

    @Test
    void areToldOfFindingsOfACutoverThatIsUndoneAndOfOneThatIsDoneThen(PostgresPair pair) throws Exception {
        pair.source().execute(pair.database(), "CREATE UNLOGGED TABLE passing (id int PRIMARY KEY)");
        CountDownLatch once = new CountDownLatch(1);
        Migration migration = builder(pair)
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(context -> {
                            if (once.getCount() > 0) {
                                once.countDown();
                                throw new IllegalStateException("expected by this test");
                            }
                        })
                        .build())
                .listener(events::add)
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover).isInstanceOf(CutoverRevertedException.class);
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        assertThat(told(MigrationEvent.FindingReported.class))
                .anySatisfy(finding -> assertThat(finding.object()).contains("public.passing"));
        assertThat(cutover())
                .filteredOn(step -> step.startsWith("Cutover"))
                .containsExactly("CutoverStarted", "CutoverReverted", "CutoverStarted", "CutoverCompleted");
        MigrationEvent.CutoverReverted reverted =
                told(MigrationEvent.CutoverReverted.class).get(0);
        assertThat(reverted.step()).isEqualTo("switch");
        assertThat(reverted.message()).contains("expected by this test");
        migration.cleanUp();
    }

    @Test
    void areToldThatTheStreamWasLostAndIsBack(PostgresPair pair) throws Exception {
        Migration migration = builder(pair).listener(events::add).build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
            await().atMost(LIMIT)
                    .until(() -> !told(MigrationEvent.Reconnected.class).isEmpty());
            MigrationEvent.Reconnecting lost =
                    told(MigrationEvent.Reconnecting.class).get(0);
            assertThat(lost.attempt()).isEqualTo(1);
            assertThat(lost.reason()).contains("the replication stream has ended");
            run.cancel();
        }
    }

    @Test
    void areToldWhatHasFailedWhileTheOthersGoOn(PostgresPair pair) throws Exception {
        Migration migration = builder(pair)
                .copy(CopyOptions.builder()
                        .throttle(context -> {
                            pair.target()
                                    .execute(
                                            pair.database(),
                                            "ALTER TABLE small DROP CONSTRAINT IF EXISTS never",
                                            "ALTER TABLE small ADD CONSTRAINT never CHECK (id > 1)");
                            return null;
                        })
                        .build())
                .listener(events::add)
                .build();
        try (MigrationRun run = migration.start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT)).hasMessageContaining("\"never\"");
        }
        assertThat(told(MigrationEvent.PartFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.part()).isEqualTo("table public.small");
            assertThat(failed.message()).contains("23514");
        });
        migration.cleanUp();
    }

    @Test
    void mayThrowAndBeSlowAndAreCounted(PostgresPair pair) throws Exception {
        MigrationListener broken = event -> {
            throw new AssertionError("expected by this test");
        };
        Migration migration =
                builder(pair).listener(broken).listener(events::add).build();
        MigrationRun ended;
        try (MigrationRun run = migration.start()) {
            ended = run;
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        ListenerStatistics statistics = ended.listenerStatistics();
        assertThat(statistics.published()).isEqualTo(events.size());
        assertThat(statistics.leftOut()).isZero();
        assertThat(statistics.failures()).isEqualTo(events.size());
        assertThat(statistics.listeners().get(1).failures()).isZero();
        migration.cleanUp();
    }

    @Test
    void mayBlockForEver(PostgresPair pair) throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Migration migration = builder(pair)
                .listener(event -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        migration.cleanUp();
    }

    @Test
    void mayCloseTheRun(PostgresPair pair) throws Exception {
        CompletableFuture<MigrationRun> started = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Migration migration = builder(pair)
                .listener(at(MigrationPhase.SNAPSHOT, () -> {
                    started.join().close();
                    closed.complete(null);
                }))
                .build();
        try (MigrationRun run = migration.start()) {
            started.complete(run);
            assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT)).isInstanceOf(MigrationCancelledException.class);
            closed.get(60, TimeUnit.SECONDS);
        }
        migration.cleanUp();
    }

    @Test
    void mayCancelTheRun(PostgresPair pair) throws Exception {
        CompletableFuture<MigrationRun> started = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        Migration migration = builder(pair)
                .listener(at(MigrationPhase.CATCH_UP, () -> {
                    started.join().cancel();
                    cancelled.complete(null);
                }))
                .build();
        try (MigrationRun run = migration.start()) {
            started.complete(run);
            cancelled.get(60, TimeUnit.SECONDS);
            assertThat(run.phase()).isEqualTo(MigrationPhase.CANCELLED);
        }
    }

    @Test
    void mayCutOverAndCloseTheRun(PostgresPair pair) throws Exception {
        CompletableFuture<MigrationRun> started = new CompletableFuture<>();
        CompletableFuture<CutoverReport> report = new CompletableFuture<>();
        Migration migration = builder(pair)
                .listener(at(
                        MigrationPhase.READY_TO_CUTOVER,
                        () -> report.complete(started.join().cutover())))
                .listener(at(MigrationPhase.COMPLETED, () -> started.join().close()))
                .build();
        try (MigrationRun run = migration.start()) {
            started.complete(run);
            run.awaitCompleted(LIMIT);
            assertThat(report.get(60, TimeUnit.SECONDS).writePause()).isPositive();
        }
        migration.cleanUp();
    }

    private static MigrationListener at(MigrationPhase phase, Runnable action) {
        return event -> {
            if (event instanceof MigrationEvent.PhaseChanged changed && changed.to() == phase) {
                action.run();
            }
        };
    }

    private List<String> cutover() {
        return events.stream()
                .filter(event -> event.getClass().getSimpleName().startsWith("Cutover"))
                .map(event -> {
                    if (event instanceof MigrationEvent.CutoverStepStarted step) {
                        return step.step() + " begins";
                    }
                    return event instanceof MigrationEvent.CutoverStepDone step
                            ? step.step()
                            : event.getClass().getSimpleName();
                })
                .toList();
    }

    private <T extends MigrationEvent> List<T> told(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Migration.Builder builder(PostgresPair pair) {
        return Migration.builder()
                .name("listened")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""));
    }
}
