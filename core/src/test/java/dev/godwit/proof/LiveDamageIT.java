package dev.godwit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.ApplyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.VerifyOptions;
import dev.godwit.internal.verify.DamagedDatabase;
import dev.godwit.internal.verify.Damages;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damages of every kind are planted on the target of a run while writers go on in the same tables: each is found and located exactly, and
 * without one there is no alarm. {@code -Dgodwit.damage.count=1000 -Dgodwit.damage.clean=200} are the numbers of each pair of versions,
 * of which there are three where they are given; {@code -Dgodwit.damage.seed=} draws the same damages again.
 */
@Tag("C1")
final class LiveDamageIT {
    private static final Logger LOG = LoggerFactory.getLogger(LiveDamageIT.class);
    private static final int DAMAGES = Integer.getInteger("godwit.damage.count", 10);
    private static final int CLEAN = Integer.getInteger("godwit.damage.clean", 3);
    private static final Duration READY = Duration.ofMinutes(3);
    private static final long SEED = Long.getLong("godwit.damage.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void from13To17(PostgresPair pair) throws Exception {
        run(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.damage.count", matches = ".*")
    @PostgresPairTest(source = "10", target = "18")
    void from10To18(PostgresPair pair) throws Exception {
        run(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.damage.count", matches = ".*")
    @PostgresPairTest(source = "15", target = "15")
    void within15(PostgresPair pair) throws Exception {
        run(pair);
    }

    private void run(PostgresPair pair) throws Exception {
        LOG.warn("seed {}: {} damages and {} clean runs", SEED, DAMAGES, CLEAN);
        DamagedDatabase.createSource(pair);
        try (Writers writers = new Writers(pair);
                MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(READY);
            Damages damages = Damages.whileMigrating(pair, random);
            List<Boolean> turns = new ArrayList<>();
            for (int i = 0; i < DAMAGES + CLEAN; i++) {
                turns.add(random.nextInt(turns.size() + 1), i < DAMAGES);
            }
            for (int i = 0; i < turns.size(); i++) {
                String description = "seed " + SEED + ", run " + i;
                writers.awaitMore();
                if (turns.get(i)) {
                    damage(pair, run, damages.next(), description);
                } else {
                    requireEqual(run, description);
                }
            }
            requireEqual(run, "seed " + SEED + ", at the end");
            run.cancel();
        }
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("damage")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder().appliers(2).build())
                .build();
    }

    private static void requireEqual(MigrationRun run, String description) throws Exception {
        VerificationReport report = run.verify();
        assertThat(report.isEqual()).as(description + ": " + report.toTable()).isTrue();
    }

    private void damage(PostgresPair pair, MigrationRun run, Damages.Damage damage, String description)
            throws Exception {
        String what = description + ": " + damage.sql();
        pair.target().execute(pair.database(), damage.sql().toArray(String[]::new));
        VerificationReport report = run.verify(fitting(damage));
        LOG.info("{}; compared in {}", what, report.duration());
        assertThat(Damages.found(report)).as(what).containsExactlyInAnyOrderElementsOf(damage.expected());
        boolean hasKeys = !report.differences().isEmpty()
                && report.differences().stream().noneMatch(row -> row.key().isEmpty());
        if (hasKeys) {
            assertThat(run.repair(report).rows())
                    .as(what)
                    .isEqualTo(damage.expected().size());
        } else {
            pair.target().execute(pair.database(), damage.undo().toArray(String[]::new));
        }
    }

    /** Mostly the table alone, sometimes everything. */
    private VerifyOptions fitting(Damages.Damage damage) {
        VerifyOptions.Builder options = VerifyOptions.builder()
                .workers(1 + random.nextInt(2))
                .chunkBytes(random.nextBoolean() ? 64 << 10 : 64 << 20);
        if (damage.table().isEmpty()) {
            options.tables(table -> false);
        } else if (random.nextInt(10) > 0) {
            options.tables(table -> table.toString().equals(damage.table())).schema(false);
        }
        return options.build();
    }

    /** Write all the time, each in rows of its own. */
    private static final class Writers implements AutoCloseable {
        private final PostgresPair pair;
        private final AtomicInteger written = new AtomicInteger();
        private final AtomicReference<Exception> failure = new AtomicReference<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stop;

        Writers(PostgresPair pair) {
            this.pair = pair;
            for (int i = 0; i < DamagedDatabase.WRITERS; i++) {
                int first = i;
                threads.add(new Thread(() -> write(first), "writer-" + first));
            }
            threads.forEach(Thread::start);
        }

        private void write(int first) {
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                for (int number = first; !stop; number += DamagedDatabase.WRITERS) {
                    statement.execute(DamagedDatabase.transaction(number));
                    written.incrementAndGet();
                    Thread.sleep(100);
                }
            } catch (SQLException | InterruptedException e) {
                failure.compareAndSet(null, e);
            }
        }

        /** Waits until more is written: whoever stands still would make it easy. */
        void awaitMore() {
            int before = written.get();
            Awaitility.await().atMost(Trial.LIMIT).until(() -> {
                assertThat(failure.get()).isNull();
                return written.get() > before;
            });
        }

        @Override
        public void close() {
            stop = true;
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
