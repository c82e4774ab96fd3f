package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("F4")
@Tag("F5")
final class RestartIT {

    private static final long SEED = Long.getLong("godwit.seed", 20_261_120L);

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesNothingTwiceAndLosesNothingWhenClosedAndStartedAgain(int from, int to) throws Exception {
        Random random = new Random(SEED);
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE log (id bigserial, v text)",
                        "CREATE TABLE total (id int PRIMARY KEY, n int)")
                .started()) {
            replica.source("INSERT INTO total VALUES (1, 0)");
            AtomicBoolean writing = new AtomicBoolean(true);
            Thread writer = writer(replica, writing);
            for (int i = 0; i < 8; i++) {
                Thread.sleep(random.nextInt(120));
                replica.stop();
                assertThat(replica.subscriber().status().state()).isEqualTo(SubscriberState.STOPPED);
                replica.start();
            }
            writing.set(false);
            writer.join();
            replica.assertSame("log", "total");
            assertThat(replica.targetQuery("SELECT count(*) FROM log"))
                    .as("seed %d", SEED)
                    .isEqualTo(replica.targetQuery("SELECT n FROM total"));
        }
    }

    private static Thread writer(Replica replica, AtomicBoolean writing) {
        Thread thread = new Thread(() -> {
            try (Connection session = replica.source.open()) {
                session.setAutoCommit(false);
                while (writing.get()) {
                    Replica.execute(session, "INSERT INTO public.log (v) VALUES ('x')");
                    Replica.execute(session, "UPDATE public.total SET n = n + 1");
                    session.commit();
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }
}
