package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class DrainLatencyIT {

    private static final Logger LOG = LoggerFactory.getLogger(DrainLatencyIT.class);
    private static final int ROUNDS = 40;

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void drainsAnIdleSystemWithinMilliseconds(int from, int to) throws Exception {
        try (Replica replica =
                Replica.of(from, to, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.sync();
            long[] afterChange = new long[ROUNDS];
            long[] idle = new long[ROUNDS];
            long[] commit = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long before = System.nanoTime();
                replica.source("INSERT INTO t VALUES (" + i + ")");
                commit[i] = (System.nanoTime() - before) / 1_000_000;
                afterChange[i] = drain(replica);
                idle[i] = drain(replica);
            }
            LOG.info(
                    "drain latency {} to {}: after a change {} ms, idle {} ms (median)",
                    from,
                    to,
                    median(afterChange),
                    median(idle));
            // Far below any interval at which something is looked for, on a machine where a commit is a matter of
            // milliseconds.
            assertThat(median(afterChange)).isLessThan(50 + 10 * median(commit));
            assertThat(median(idle)).isLessThan(20 + 10 * median(commit));
        }
    }

    private static long drain(Replica replica) throws Exception {
        Lsn end = replica.end();
        long before = System.nanoTime();
        assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT)).isTrue();
        return (System.nanoTime() - before) / 1_000_000;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
