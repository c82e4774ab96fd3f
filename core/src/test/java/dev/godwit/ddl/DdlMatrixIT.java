package dev.godwit.ddl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.WriteFences;
import dev.godwit.ddl.DdlKind.UnderLocks;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each kind of DDL in one of the phases: it is carried on unharmed, or told before anything of it is wrong, and when what was asked
 * for is done both databases are the same. {@code -Dgodwit.ddl=all} has every kind in every phase; a kind's name has that one.
 */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
@Sampled(oneOf = 4)
final class DdlMatrixIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** In the order of the tests, from 0. */
    private static final int PHASES = 4;

    private static List<DdlKind> kinds(int phase) {
        String wanted = System.getProperty("godwit.ddl", "");
        List<DdlKind> all = DdlKinds.all();
        return IntStream.range(0, all.size())
                .filter(i -> wanted.isEmpty()
                        ? i % PHASES == phase
                        : wanted.equals("all") || wanted.equals(all.get(i).name()))
                .mapToObj(all::get)
                .toList();
    }

    /** What needs a table for itself waits until the table is copied; the copy goes on all the same. */
    @Test
    void whileTablesAreCopied(PostgresPair pair) throws Exception {
        try (DdlTrial trial = new DdlTrial(pair, kinds(0))) {
            ExecutorService others = Executors.newCachedThreadPool();
            try {
                trial.startHeld();
                List<Future<?>> changes = new ArrayList<>();
                for (DdlKind kind : trial.kinds()) {
                    changes.add(others.submit(() -> {
                        try (Connection source = pair.connectSource()) {
                            trial.before(kind, source);
                            trial.change(kind, source);
                            trial.after(kind, source);
                        }
                        return null;
                    }));
                }
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> waiting(pair)
                                == changes.stream()
                                        .filter(change -> !change.isDone())
                                        .count());
                trial.goOn();
                for (Future<?> change : changes) {
                    change.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
            } finally {
                others.shutdownNow();
            }
            trial.followUp();
            trial.finish();
        }
    }

    private static long waiting(PostgresPair pair) {
        return Long.parseLong(pair.source()
                .query(
                        pair.database(),
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'app'"
                                + " AND application_name NOT LIKE 'godwit%'")
                .get(0));
    }

    /** The stream has everything since, and the target is far behind. */
    @Test
    void whileNobodyIsThere(PostgresPair pair) throws Exception {
        try (DdlTrial trial = new DdlTrial(pair, kinds(1))) {
            trial.start();
            trial.run().awaitReadyToCutover(LIMIT);
            trial.run().close();
            change(pair, trial, trial.kinds());
            trial.resume();
            trial.followUp();
            trial.finish();
        }
    }

    @Test
    void whileChangesAreApplied(PostgresPair pair) throws Exception {
        try (DdlTrial trial = new DdlTrial(pair, kinds(2))) {
            trial.start();
            trial.run().awaitReadyToCutover(LIMIT);
            change(pair, trial, trial.kinds());
            trial.followUp();
            trial.finish();
        }
    }

    private static void change(PostgresPair pair, DdlTrial trial, List<DdlKind> kinds) throws SQLException {
        try (Connection source = pair.connectSource()) {
            for (DdlKind kind : kinds) {
                trial.before(kind, source);
                trial.change(kind, source);
                trial.after(kind, source);
            }
        }
    }

    /** What gets past the locks undoes the cutover, at whatever time between its first look at the schema and the closing of the source. */
    @Test
    void whileTheSourceIsFenced(PostgresPair pair) throws Exception {
        try (DdlTrial trial = new DdlTrial(pair, kinds(3))) {
            FencedDdl fence = new FencedDdl(WriteFences.lockTables(), pair);
            trial.fence(fence);
            trial.start();
            trial.run().awaitReadyToCutover(LIMIT);
            List<DdlKind> waiting = new ArrayList<>();
            for (DdlKind kind : trial.kinds()) {
                fence.next(kind);
                assertThatThrownBy(trial.run()::cutover)
                        .as(kind.name())
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining(
                                kind.underLocks() == UnderLocks.UNDOES
                                        ? "schema was changed while the cutover was under way"
                                        : FencedDdl.ENOUGH);
                if (kind.underLocks() == UnderLocks.UNDOES) {
                    trial.done(kind);
                    try (Connection source = pair.connectSource()) {
                        trial.before(kind, source);
                        trial.after(kind, source);
                    }
                    trial.followUp();
                } else {
                    waiting.add(kind);
                }
                trial.run().awaitReadyToCutover(LIMIT);
            }
            change(pair, trial, waiting);
            trial.followUp();
            trial.finish();
        }
    }
}
