package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.MigrationRun;
import dev.godwit.SourceLimits;
import dev.godwit.event.MigrationEvent;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The copy runs on what the user has: a pool of one thread, or the members of a cluster, which get everything by serialisation. */
@PostgresPairTest(source = "15", target = "15")
final class AnyExecutorIT {

    /** Looks up where it runs, and notes where that was. */
    static final class NotedCredentials implements Credentials, Serializable {
        private static final long serialVersionUID = 1L;
        static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

        @Override
        public Login lookup(String url) {
            THREADS.add(Thread.currentThread().getName());
            return new Login("postgres", "");
        }
    }

    private static void fill(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute(
                pair.database(),
                "CREATE TABLE large (id int PRIMARY KEY, v text)",
                "INSERT INTO large SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i",
                "CREATE INDEX ON large (v)");
        for (int i = 0; i < 20; i++) {
            source.execute(
                    pair.database(),
                    "CREATE TABLE small_" + i + " (id int PRIMARY KEY, v text)",
                    "INSERT INTO small_" + i + " SELECT i, i FROM generate_series(1, 50) i");
        }
    }

    private static CopyTrial trial(PostgresPair pair, ExecutorService executor, Credentials credentials) {
        return new CopyTrial(
                pair,
                CopyOptions.builder()
                        .workers(4)
                        .splitBytes(1 << 20)
                        .executor(executor)
                        .build(),
                SourceLimits.builder().build(),
                credentials,
                new CopyOnWriteArrayList<>());
    }

    @Test
    void aPoolOfOneThreadIsEnough(PostgresPair pair) throws Exception {
        fill(pair);
        ExecutorService one = Executors.newSingleThreadExecutor(task -> new Thread(task, "only"));
        try {
            CopyTrial trial = trial(pair, one, new NotedCredentials());
            try (MigrationRun run = trial.migration().start()) {
                trial.complete(run);
            }
            assertThat(NotedCredentials.THREADS).contains("only");
            assertThat(one.isShutdown()).isFalse();
            trial.migration().cleanUp();
        } finally {
            one.shutdown();
        }
    }

    @Test
    void oneThatRefusesIsNamed(PostgresPair pair) throws Exception {
        fill(pair);
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        CopyTrial trial = trial(pair, closed, new NotedCredentials());
        try (MigrationRun run = trial.migration().start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT))
                    .hasMessageContaining("the executor given to CopyOptions does not take a task");
        }
        trial.migration().cleanUp();
    }

    @Test
    void membersOfAClusterShareTheCopy(PostgresPair pair) throws Exception {
        fill(pair);
        HazelcastInstance first = member("first");
        HazelcastInstance second = member("second");
        try {
            assertThat(first.getCluster().getMembers()).hasSize(2);
            CopyTrial secret = trial(pair, first.getExecutorService("copy"), Credentials.of("postgres", ""));
            try (MigrationRun run = secret.migration().start()) {
                assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT))
                        .hasMessageContaining("looks the secret up where it runs");
            }
            CopyTrial trial = trial(pair, first.getExecutorService("copy"), new NotedCredentials());
            try (MigrationRun run = trial.migration().resume()) {
                trial.complete(run);
            }
            for (String name : List.of("first", "second")) {
                assertThat(NotedCredentials.THREADS).anyMatch(thread -> thread.contains("hz." + name));
            }
            assertThat(trial.told(MigrationEvent.TableCopied.class)).hasSize(21);
            assertThat(trial.told(MigrationEvent.CopyProgress.class))
                    .last()
                    .satisfies(last -> assertThat(last.rows()).isEqualTo(21_000));
            trial.migration().cleanUp();
        } finally {
            second.shutdown();
            first.shutdown();
        }
    }

    /** Only this process has the session that holds the lock already; what is sent elsewhere must come back, and be copied here. */
    @Test
    void partsOfATableForWhichSomebodyWaitsAreCopiedHere(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE large (id int PRIMARY KEY, v text)",
                        "INSERT INTO large SELECT i, repeat('x', 500) FROM generate_series(1, 5000) i");
        Thread waiter =
                new Thread(() -> pair.source().execute(pair.database(), "BEGIN; LOCK TABLE large; ROLLBACK"), "waiter");
        ExecutorService elsewhere = new Elsewhere();
        try {
            CopyTrial trial = new CopyTrial(
                    pair,
                    CopyOptions.builder()
                            .workers(2)
                            .splitBytes(1 << 20)
                            .executor(elsewhere)
                            .throttle(context -> begin(waiter, pair))
                            .build(),
                    SourceLimits.builder().build(),
                    new NotedCredentials(),
                    new CopyOnWriteArrayList<>());
            try (MigrationRun run = trial.migration().start()) {
                trial.complete(run);
            }
            assertThat(trial.told(MigrationEvent.TableCopied.class))
                    .singleElement()
                    .satisfies(copied -> assertThat(copied.rows()).isEqualTo(5_000));
            assertThat(trial.told(MigrationEvent.ChunkCopied.class)).hasSizeGreaterThan(1);
            trial.migration().cleanUp();
        } finally {
            elsewhere.shutdown();
            waiter.join();
        }
    }

    /** Nothing is copied before somebody waits. */
    private static @Nullable String begin(Thread waiter, PostgresPair pair) {
        if (waiter.getState() == Thread.State.NEW) {
            waiter.start();
            await().atMost(CopyTrial.LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !pair.source()
                            .query(
                                    pair.database(),
                                    "SELECT 1 FROM pg_locks WHERE relation = 'large'::regclass AND NOT granted")
                            .isEmpty());
        }
        return null;
    }

    /** Has what it is given copied by serialisation, as another process would get it. */
    private static final class Elsewhere extends ThreadPoolExecutor {
        Elsewhere() {
            super(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        }

        @Override
        protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
            return super.newTaskFor(sent(task));
        }

        @SuppressWarnings("unchecked")
        private static <T> T sent(T task) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(task);
                out.flush();
                return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static HazelcastInstance member(String name) {
        Config config = new Config(name).setClusterName("godwit-test");
        config.setProperty("hazelcast.phone.home.enabled", "false").setProperty("hazelcast.logging.type", "slf4j");
        config.getNetworkConfig()
                .setPort(25_701)
                .getInterfaces()
                .setEnabled(true)
                .addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setMembers(List.of("127.0.0.1:25701", "127.0.0.1:25702"));
        return Hazelcast.newHazelcastInstance(config);
    }
}
