package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The ways that changes come to the target; what a scenario leaves there must not depend on it.
 *
 * <p>By default each scenario meets each way once; with {@code -Dgodwit.ways=all} on each pair of versions.
 */
enum Way {
    /** All transactions are there already when the first is applied, so that they are one batch. */
    ONE_BATCH,
    /** The batch does not go through, so that each transaction is applied again by itself, change by change. */
    ONE_BY_ONE;

    /** What a scenario changes has to be there before the first of it is applied. */
    private static final long QUEUE_BYTES = 40L << 20;

    private static final String SPOILED = "CREATE TABLE spoiled (id int PRIMARY KEY)";

    /** What a scenario does on the source. */
    interface Changes {
        void run() throws Exception;
    }

    static final boolean ALL = "all".equals(System.getProperty("godwit.ways"));

    /** Version pairs and ways. */
    static Stream<Arguments> everywhere() {
        return ALL
                ? Servers.pairs().flatMap(Way::each)
                : Stream.of(Arguments.of(10, 18, ONE_BATCH), Arguments.of(15, 15, ONE_BY_ONE));
    }

    /** As {@link #everywhere}, for what PostgreSQL 10 cannot do. */
    static Stream<Arguments> from13() {
        return ALL
                ? Servers.pairsFrom13().flatMap(Way::each)
                : Stream.of(Arguments.of(13, 17, ONE_BATCH), Arguments.of(15, 15, ONE_BY_ONE));
    }

    private static Stream<Arguments> each(Arguments pair) {
        return Arrays.stream(values()).map(way -> Arguments.of(pair.get()[0], pair.get()[1], way));
    }

    /** Databases with these tables, and one more that this class needs. */
    Replica replica(int from, int to, String... ddl) throws SQLException {
        List<String> all = new ArrayList<>(Arrays.asList(ddl));
        all.add(SPOILED);
        return Replica.of(from, to, all.toArray(String[]::new))
                .tuned(builder -> builder.batchDelay(Duration.ofSeconds(20)).memoryBytes(3L * QUEUE_BYTES));
    }

    /** Makes changes on the source and lets them come to the target in this way. */
    void bring(Replica replica, Changes changes) throws Exception {
        gather(replica, changes);
        if (this == ONE_BATCH) {
            replica.subscriber().release();
            return;
        }
        String next = "INSERT INTO spoiled SELECT count(*) FROM spoiled";
        replica.target(next);
        replica.source(next);
        replica.subscriber().release();
        Throwable conflict = catchThrowable(replica::sync);
        assertThat(conflict).isInstanceOf(ConflictException.class);
        assertThat(((ConflictException) conflict).table()).isEqualTo(new RelationName("public", "spoiled"));
        replica.stop();
        replica.target("DELETE FROM spoiled WHERE id = (SELECT max(id) FROM spoiled)");
        replica.start();
    }

    /** Makes changes on the source, of which nothing is applied, but everything received. */
    static void gather(Replica replica, Changes changes) throws Exception {
        replica.sync();
        replica.subscriber().pauseAt(replica.end());
        changes.run();
        Lsn end = replica.end();
        long deadline = System.nanoTime() + Replica.LIMIT.toNanos();
        while (!replica.subscriber().status().received().isAtOrAfter(end)) {
            assertThat(System.nanoTime()).as("received in time").isLessThan(deadline);
            assertThat(replica.subscriber().awaitApplied(end, Duration.ofMillis(5)))
                    .as("held back")
                    .isFalse();
        }
    }
}
