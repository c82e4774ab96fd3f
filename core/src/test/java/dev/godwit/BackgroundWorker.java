package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.testkit.PostgresPair;
import java.time.Duration;

/**
 * A background worker of the source that is connected to its database, and is a superuser's: that of a subscription to nothing, which
 * stands for those of extensions.
 */
final class BackgroundWorker implements AutoCloseable {
    private static final String PID = "SELECT pid FROM pg_stat_subscription WHERE subname = 'idle' AND pid IS NOT NULL";

    private final PostgresPair pair;
    private final String pid;

    BackgroundWorker(PostgresPair pair) {
        this.pair = pair;
        pair.target().execute("app", "CREATE PUBLICATION nothing");
        pair.source()
                .execute(
                        "app",
                        "CREATE SUBSCRIPTION idle CONNECTION 'host=127.0.0.1 port="
                                + pair.target().port() + " user="
                                + pair.target().superuser()
                                + " dbname=app' PUBLICATION nothing");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !pair.source().query("app", PID).isEmpty());
        this.pid = pair.source().query("app", PID).get(0);
        assertThat(isThere()).isTrue();
    }

    String pid() {
        return pid;
    }

    boolean isThere() {
        return pair.source()
                .query("app", "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)
                .get(0)
                .equals("1");
    }

    @Override
    public void close() {
        pair.source().execute("app", "SET default_transaction_read_only = off", "DROP SUBSCRIPTION idle");
        pair.target().execute("app", "DROP PUBLICATION nothing");
    }
}
