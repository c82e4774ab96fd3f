package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server is killed at random moments while the source is written to. Rows have no key, so that nothing covers a repetition;
 * {@code -Dgodwit.random.seed} gives the seed, {@code -Dgodwit.random.crashes} the number of crashes (3).
 */
@Tag("F4")
@Tag("F5")
@Tag("R2")
final class CrashUnderLoadIT {

    private static final String TABLE = "CREATE TABLE t (n int, v text)";
    private static final long SEED = Long.getLong("godwit.random.seed", 20_261_120L);
    private static final int KEPT = 50;
    private static final int CRASHES = Integer.getInteger("godwit.random.crashes", 3);

    /** Commits stay in memory for long here, so that a crash takes back what did not wait for the disk. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void losesAndRepeatsNothingWhenTheTargetCrashes(boolean synchronousCommit) throws Exception {
        Random random = new Random(SEED);
        boolean takenBack = false;
        try (PostgresServer target = PostgresServer.builder(17)
                        .parameter("wal_writer_delay", "10000")
                        .start();
                Replica replica = new Replica(Servers.of(13), target, TABLE, "ALTER TABLE t REPLICA IDENTITY FULL")
                        .tuned(builder -> builder.synchronousCommit(synchronousCommit))
                        .started();
                Load load = new Load(replica)) {
            for (int i = 0; i < CRASHES || (!synchronousCommit && !takenBack && i < 20 * CRASHES); i++) {
                Lsn before = replica.subscriber().status().applied();
                await("applying")
                        .atMost(Replica.LIMIT)
                        .until(() -> replica.subscriber().status().applied().isAfter(before));
                Thread.sleep(random.nextInt(300));
                SubscriberStatus status = replica.subscriber().status();
                target.kill();
                target.start();
                replica.reconnectTarget();
                takenBack |= status.applied().isAfter(stored(replica));
                assertThat(ReplicationSlots.state(replica.sourceSession, replica.name)
                                .orElseThrow()
                                .confirmedFlush())
                        .as("confirmed, seed %d", SEED)
                        .isLessThanOrEqualTo(stored(replica));
                assertThat(load.beforeLastCommitIn(status.settled()))
                        .as("before the last commit in what is settled, seed %d", SEED)
                        .isLessThanOrEqualTo(stored(replica));
            }
            load.stop();
            replica.assertSame("t");
            assertThat(takenBack).as("applied changes that a crash took back").isEqualTo(!synchronousCommit);
        }
    }

    private static Lsn stored(Replica replica) throws SQLException {
        return Lsn.parse(replica.targetQuery("SELECT applied_lsn FROM godwit.apply_progress")
                .get(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void losesAndRepeatsNothingWhenTheSourceCrashes(boolean synchronousCommit) throws Exception {
        Random random = new Random(SEED);
        try (PostgresServer source = PostgresServer.builder(15)
                        .parameter("synchronous_commit", synchronousCommit ? "on" : "off")
                        .start();
                Replica replica =
                        new Replica(source, Servers.of(15), TABLE, "ALTER TABLE t REPLICA IDENTITY FULL").started()) {
            for (int i = 0; i < CRASHES; i++) {
                try (Load load = new Load(replica)) {
                    Thread.sleep(100 + random.nextInt(300));
                    if (random.nextBoolean()) {
                        source.kill();
                    } else {
                        source.stop(StopMode.IMMEDIATE);
                    }
                    source.start();
                    load.stop();
                }
                replica.reconnectSource();
            }
            replica.source("INSERT INTO t VALUES (-1, 'last')");
            replica.assertSame("t");
            assertThat(replica.subscriber().status().reconnects()).isPositive();
        }
    }

    /**
     * A session that writes until told to stop, or until its server is gone. It keeps within reach of what is applied: a table
     * without a key is searched as a whole for each change, dead rows included, so that a target that falls behind falls further.
     */
    private static final class Load implements AutoCloseable {

        private static final long MOST_AHEAD = 128 << 10;

        private final AtomicBoolean writing = new AtomicBoolean(true);
        /** Where the log ended before a commit, by where it ended after it. */
        private final NavigableMap<Lsn, Lsn> commits = new ConcurrentSkipListMap<>();

        private final Thread thread;
        private volatile @Nullable SQLException failure;

        Load(Replica replica) {
            thread = new Thread(() -> write(replica), "load");
            thread.start();
        }

        private void write(Replica replica) {
            try (Connection session = replica.sourceServer.connect(replica.sourceDatabase)) {
                Lsn end = end(session);
                for (int n = 0; writing.get(); n++) {
                    Replica.execute(session, "INSERT INTO public.t SELECT " + n + ", 'x' FROM generate_series(1, 3)");
                    Lsn before = end;
                    end = end(session);
                    commits.put(end, before);
                    if (n % 7 == 6) {
                        Replica.execute(session, "DELETE FROM public.t WHERE n = " + (n - 3));
                        Replica.execute(session, "UPDATE public.t SET v = v || 'y' WHERE n = " + (n - 2));
                        // Without a key each change is looked for in the whole table, so it must not grow.
                        Replica.execute(session, "DELETE FROM public.t WHERE n < " + (n - KEPT));
                    }
                    while (writing.get()
                            && end.bytesSince(replica.subscriber().status().applied()) > MOST_AHEAD) {
                        Thread.sleep(1);
                    }
                }
            } catch (SQLException e) {
                if (!String.valueOf(e.getSQLState()).matches("08.*|57P.*")) {
                    failure = e;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static Lsn end(Connection session) throws SQLException {
            return Lsn.parse(Replica.query(session, "SELECT pg_catalog.pg_current_wal_insert_lsn()")
                    .get(0));
        }

        /** Where the log ended before the last insertion that is certain to lie before a position. */
        Lsn beforeLastCommitIn(Lsn position) {
            Map.Entry<Lsn, Lsn> last = commits.floorEntry(position);
            return last == null ? Lsn.ZERO : last.getValue();
        }

        void stop() {
            writing.set(false);
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            assertThat((Throwable) failure).isNull();
        }

        @Override
        public void close() {
            stop();
        }
    }
}
