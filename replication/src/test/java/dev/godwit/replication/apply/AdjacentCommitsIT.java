package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A commit that begins exactly where the last applied one ends, and so at the stored position, is not taken for applied. */
@Tag("R5")
final class AdjacentCommitsIT {
    /** The server may write a record of its own in between. */
    private static final int ATTEMPTS = 20;

    /** Unlike the end that the subscriber asks for, it is read without writing anything. */
    private static final String WRITTEN = "SELECT pg_current_wal_insert_lsn()";

    @Test
    void areBothAppliedWhenTheSubscriberEndsBetweenThem() throws Exception {
        try (Replica replica = Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)")
                        .started();
                Connection later = replica.source.open();
                Statement statement = later.createStatement()) {
            later.setAutoCommit(false);
            boolean adjacent = false;
            for (int attempt = 0; attempt < ATTEMPTS && !adjacent; attempt++) {
                statement.execute("INSERT INTO public.t VALUES (" + (2 * attempt + 2) + ")");
                replica.source("INSERT INTO t VALUES (" + (2 * attempt + 1) + ")");
                Lsn end = Lsn.parse(replica.sourceQuery(WRITTEN).get(0));
                replica.subscriber().pauseAt(end);
                adjacent = end.equals(Lsn.parse(replica.sourceQuery(WRITTEN).get(0)));
                later.commit();
                assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT))
                        .isTrue();
                replica.stop();
                replica.start();
                replica.assertSame("t");
            }
            assertThat(adjacent).as("one commit right behind another").isTrue();
        }
    }
}
