package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the status says on the way of a migration under traffic, to its own process and to others, each document being valid. */
@PostgresPairTest(source = "13", target = "17")
final class MigrationStatusIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "watched";

    private final AtomicBoolean held = new AtomicBoolean(true);

    @Test
    void tellsEachPhaseUntilTheMigrationIsCompleted(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE article (id int PRIMARY KEY, v text)",
                        "INSERT INTO article SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i",
                        "CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                        "CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (100)",
                        "ANALYZE");
        try (WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                .writers(2)
                .thinkTime(Duration.ofMillis(10))
                .build()) {
            workload.createTables().start();
            workload.awaitAcknowledged(50, Duration.ofSeconds(30));
            MigrationRun run = migration(pair).start();
            MigrationStatus ready;
            try (run;
                    StatusPoll poll = StatusPoll.of(run, target(pair), NAME)) {
                requireHeldInSnapshot(run);
                held.set(false);
                run.awaitReadyToCutover(LIMIT);
                long before = run.status().changes().total();
                workload.awaitAcknowledged(workload.statistics().acknowledged() + 100, LIMIT);
                workload.stop();
                await().atMost(LIMIT)
                        .until(() -> Long.valueOf(0)
                                .equals(run.status().replication().incomingChanges()));
                ready = run.status();
                assertThat(ready.changes().total()).isGreaterThan(before);
                requireReady(ready);
                requireSameForOthers(pair, ready);
                requireIncomingWhileTheTargetCannot(pair, run);
                run.awaitReadyToCutover(LIMIT);
                run.cutover();
                requireCompleted(run.status(), ready);
                await().atMost(LIMIT)
                        .until(() -> poll.seen().contains(MigrationState.COMPLETED)
                                && poll.seenByOthers().contains(MigrationState.COMPLETED));
                poll.requireSeen(MigrationState.RUNNING, MigrationState.READY_TO_COMPLETE, MigrationState.COMPLETED);
            }
            requireCompleted(run.status(), ready);
            assertThat(run.status().running()).isFalse();
            requireCompleted(MigrationStatus.read(target(pair), NAME), ready);
        }
        migration(pair).cleanUp();
    }

    private void requireHeldInSnapshot(MigrationRun run) {
        await().atMost(LIMIT).until(() -> run.status().phase() == MigrationPhase.SNAPSHOT);
        await().atMost(LIMIT).until(() -> run.status().replication().lagBytes() != null);
        MigrationStatus status = run.status();
        assertThat(status.state()).isEqualTo(MigrationState.RUNNING);
        assertThat(status.initializationCompleted()).isFalse();
        assertThat(status.count(TableLoadState.QUEUED))
                .isEqualTo(status.tables().size())
                .isEqualTo(7);
        assertThat(status.replication().incomingChanges()).isPositive();
        assertThat(status.replication().walRetainedBytes()).isPositive();
        assertThat(status.replication().estimatedReadyAt()).isNull();
        assertThat(status.source().version()).startsWith("13.");
        assertThat(status.target().version()).startsWith("17.");
        assertThat(status.source().server()).matches("[a-z0-9.]+:[0-9]+");
    }

    private static void requireReady(MigrationStatus ready) {
        assertThat(ready.state()).isEqualTo(MigrationState.READY_TO_COMPLETE);
        assertThat(ready.initializationCompleted()).isTrue();
        assertThat(ready.running()).isTrue();
        assertThat(ready.failure()).isNull();
        assertThat(ready.endedOn()).isNull();
        assertThat(ready.replication().lagBytes()).isZero();
        assertThat(ready.replication().lag()).isZero();
        assertThat(ready.count(TableLoadState.COMPLETED))
                .isEqualTo(ready.tables().size());
        assertThat(ready.tables()).noneMatch(table -> table.table().equals("parent"));
        TableStatus article = table(ready, "article");
        assertThat(article.load().rows()).isEqualTo(5000);
        assertThat(article.load().estimatedRows()).isEqualTo(5000);
        assertThat(article.load().sourceBytes()).isGreaterThan(500_000);
        assertThat(article.load().startedOn())
                .isBetween(ready.startedOn(), article.load().endedOn());
        assertThat(article.changes()).isEqualTo(AppliedChanges.NONE);
        TableStatus token = table(ready, "token");
        assertThat(token.changes().inserts()).isPositive();
        assertThat(token.lastModified()).isAfter(token.load().endedOn());
        CopyStatus copy = Objects.requireNonNull(ready.copy());
        assertThat(copy.copiedTables()).isEqualTo(copy.tables()).isEqualTo(7);
    }

    private static TableStatus table(MigrationStatus status, String name) {
        return status.tables().stream()
                .filter(table -> table.table().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static void requireSameForOthers(PostgresPair pair, MigrationStatus ready) {
        await().atMost(LIMIT).untilAsserted(() -> {
            MigrationStatus read = MigrationStatus.read(target(pair), NAME);
            assertThat(read.replication().incomingChanges()).isZero();
            assertThat(read.source()).isEqualTo(ready.source());
        });
        MigrationStatus read = MigrationStatus.read(target(pair), NAME);
        assertThat(read.id()).isEqualTo(ready.id());
        assertThat(read.target()).isEqualTo(ready.target());
        assertThat(read.state()).isEqualTo(ready.state());
        assertThat(read.running()).isTrue();
        assertThat(read.startedOn()).isEqualTo(ready.startedOn());
        assertThat(read.copy()).isEqualTo(ready.copy());
        assertThat(read.tables())
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*(startedOn|endedOn|estimatedFinish|lastModified)")
                .isEqualTo(ready.tables());
        assertThatThrownBy(() -> MigrationStatus.read(target(pair), "another"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("remembers no migration 'another'");
        assertThatThrownBy(
                        () -> MigrationStatus.read(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""), NAME))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("is this the target?");
    }

    private static void requireIncomingWhileTheTargetCannot(PostgresPair pair, MigrationRun run) throws Exception {
        try (Connection blocker = pair.connectTarget();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE article IN ACCESS EXCLUSIVE MODE");
            pair.source().execute(pair.database(), "UPDATE article SET v = 'new' WHERE id <= 40");
            await().atMost(LIMIT).until(() -> incoming(run) >= 40);
            MigrationStatus behind = run.status();
            assertThat(behind.replication().lagBytes()).isPositive();
            assertThat(table(behind, "article").changes().updates()).isZero();
            await().atMost(LIMIT)
                    .until(() -> run.status().replication().lag(), lag -> lag != null && lag.toMillis() > 300);
            blocker.rollback();
        }
        await().atMost(LIMIT).until(() -> incoming(run) == 0);
        assertThat(table(run.status(), "article").changes()).isEqualTo(new AppliedChanges(0, 40, 0, 0));
    }

    private static long incoming(MigrationRun run) {
        Long incoming = run.status().replication().incomingChanges();
        return incoming == null ? -1 : incoming;
    }

    private static void requireCompleted(MigrationStatus completed, MigrationStatus ready) {
        assertThat(completed.state()).isEqualTo(MigrationState.COMPLETED);
        assertThat(completed.id()).isEqualTo(ready.id());
        assertThat(completed.endedOn()).isAfter(ready.startedOn());
        assertThat(completed.failure()).isNull();
        assertThat(completed.replication().incomingChanges()).isZero();
        assertThat(completed.replication().lagBytes()).isZero();
        assertThat(table(completed, "article").changes().updates()).isEqualTo(40);
    }

    private static Endpoint target(PostgresPair pair) {
        return Endpoint.of(pair.targetUrl()).credentials("postgres", "");
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name(NAME)
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(target(pair))
                .copy(CopyOptions.builder()
                        .workers(2)
                        .throttle(context -> held.get() ? "held by the test" : null)
                        .build())
                .cutover(CutoverOptions.builder().build())
                .build();
    }
}
