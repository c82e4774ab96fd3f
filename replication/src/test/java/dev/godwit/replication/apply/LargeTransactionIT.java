package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The module's tests run under -Xmx128m; the transaction here is larger. */
@Tag("F7")
final class LargeTransactionIT {

    private static final int ROWS = 300_000;

    @Test
    void appliesATransactionLargerThanTheHeap() throws Exception {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(128L << 20);
        try (Replica replica = Replica.of(13, 17, "CREATE TABLE t (id int PRIMARY KEY, a text)")
                .started()) {
            replica.source("INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, " + ROWS + ") i");
            assertThat(replica.subscriber().awaitApplied(replica.end(), Duration.ofMinutes(2)))
                    .as("%s", replica.subscriber().status())
                    .isTrue();
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly(Integer.toString(ROWS));
            assertThat(replica.subscriber().status().reconnects()).isZero();
        }
    }
}
