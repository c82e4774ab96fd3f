package dev.godwit.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writes that get past a fence, and those that no fence can keep off. */
@Tag("R3")
@PostgresPairTest(source = "15", target = "17")
final class WriteLeaksIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String INSERT = "INSERT INTO item (name) VALUES ('leaked')";
    private static final String LEAKED = "SELECT count(*) FROM item WHERE name = 'leaked'";

    /** What happens at the moments of a cutover; what it throws is thrown there. */
    private interface Leak {
        void at(Connection writer) throws SQLException;
    }

    private static Migration migration(PostgresPair pair, WriteFence fence, TrafficSwitch traffic) {
        return Migration.builder()
                .name("leaks")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fence(fence)
                        .trafficSwitch(traffic)
                        .maxWritePause(Duration.ofSeconds(20))
                        .build())
                .build();
    }

    private static void prepare(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                        "INSERT INTO item (name) SELECT 'item ' || i FROM generate_series(1, 100) i");
    }

    @Test
    void isUndoneWhenWritersGoOnBehindTheFence(PostgresPair pair) throws Exception {
        prepare(pair);
        isUndoneByALeak(pair, writer -> execute(writer, INSERT), "changed rows although the source was fenced");
        assertThat(pair.target().query("app", LEAKED)).containsExactly("1");
    }

    /** It holds no lock that anybody waits for, is in no stream yet, and could be committed in a database that is read-only. */
    @Test
    void isUndoneWhenATransactionWasPreparedBehindTheFence(PostgresPair pair) throws Exception {
        pair.source().setParameter("max_prepared_transactions", "5");
        pair.source().restart();
        prepare(pair);
        isUndoneByALeak(
                pair,
                writer -> execute(writer, "BEGIN; " + INSERT + "; PREPARE TRANSACTION 'late'"),
                "prepared transaction 'late' is pending");
        assertThat(pair.target().query("app", LEAKED)).containsExactly("1");
    }

    /** The first attempt leaks through the fence, which closes the source all the same; the second one does not leak. */
    private static void isUndoneByALeak(PostgresPair pair, Leak leak, String message) throws Exception {
        WriteFence fence = new Leaking(pair, leak);
        try (MigrationRun run = migration(pair, fence, TrafficSwitch.byHand()).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("'seal'")
                    .hasMessageContaining(message);
            for (String gid : pair.source().query("app", "SELECT gid FROM pg_prepared_xacts")) {
                pair.source().execute("app", "COMMIT PREPARED '" + gid + "'");
            }
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
    }

    /** Who insists on writing to a closed database may: not within the pause, as long as tables are locked, but after it. */
    @Test
    void aSuperuserThatInsistsWaitsForThePauseToEndAndThenWritesToTheOldServerAlone(PostgresPair pair)
            throws Exception {
        prepare(pair);
        TrafficSwitch insisting = context -> {
            try (Connection superuser = pair.connectSource()) {
                execute(superuser, "SET default_transaction_read_only = off", "SET lock_timeout = '100ms'");
                assertThatThrownBy(() -> execute(superuser, INSERT)).hasMessageContaining("lock timeout");
            }
        };
        try (MigrationRun run =
                migration(pair, WriteFences.lockTables(), insisting).start()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        try (Connection superuser = pair.connectSource()) {
            assertThatThrownBy(() -> execute(superuser, INSERT)).hasMessageContaining("read-only transaction");
            execute(superuser, "SET default_transaction_read_only = off", INSERT);
        }
        assertThat(pair.source().query("app", LEAKED)).containsExactly("1");
        assertThat(pair.target().query("app", LEAKED)).containsExactly("0");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Says that it holds and lets a write through, the first time; closes the source as the real one does. */
    private static final class Leaking implements WriteFence {
        private final WriteFence real = WriteFences.lockTables();
        private final AtomicInteger raised = new AtomicInteger();
        private final PostgresPair pair;
        private final Leak leak;

        Leaking(PostgresPair pair, Leak leak) {
            this.pair = pair;
            this.leak = leak;
        }

        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return real.check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            return raised.incrementAndGet() == 1 ? new Open(context) : real.raise(context);
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            real.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            real.reclose(context);
        }

        /** Not raised at all before it is sealed. */
        private final class Open implements RaisedFence {
            private final FenceContext context;
            private final long since = System.nanoTime();

            Open(FenceContext context) {
                this.context = context;
            }

            @Override
            public long pausedSinceNanos() {
                return since;
            }

            @Override
            public void seal(Deadline deadline) throws Exception {
                try (Connection writer = DriverManager.getConnection(pair.sourceUrl(), "postgres", "")) {
                    leak.at(writer);
                }
                real.reclose(context);
            }

            @Override
            public void lift() throws Exception {
                real.reopen(context);
            }

            @Override
            public void close() {}
        }
    }
}
