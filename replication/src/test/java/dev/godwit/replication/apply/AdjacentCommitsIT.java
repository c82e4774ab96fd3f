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
    private static final int MOST_ATTEMPTS = 20;

    private static final int WANTED = 2;

    /** Unlike the end that the subscriber asks for, it is read without writing anything. */
    private static final String WRITTEN = "SELECT pg_current_wal_insert_lsn()";

    /** What stands in the log right behind a position. */
    private static final String BEHIND = "SELECT start_lsn || ' ' || record_type FROM pg_get_wal_record_info('%s')";

    @Test
    void areBothAppliedWhenTheSubscriberEndsBetweenThem() throws Exception {
        try (Replica replica = Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)")
                        .started();
                Connection later = replica.source.open();
                Statement statement = later.createStatement()) {
            replica.source("CREATE EXTENSION pg_walinspect");
            later.setAutoCommit(false);
            int adjacent = 0;
            for (int attempt = 0; attempt < MOST_ATTEMPTS && adjacent < WANTED; attempt++) {
                statement.execute("INSERT INTO public.t VALUES (" + (2 * attempt + 2) + ")");
                replica.source("INSERT INTO t VALUES (" + (2 * attempt + 1) + ")");
                Lsn end = Lsn.parse(replica.sourceQuery(WRITTEN).get(0));
                replica.subscriber().pauseAt(end);
                later.commit();
                adjacent += replica.sourceQuery(BEHIND.formatted(end)).contains(end + " COMMIT") ? 1 : 0;
                assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT))
                        .isTrue();
                replica.stop();
                replica.start();
                replica.assertSame("t");
            }
            assertThat(adjacent).as("commits right behind others").isEqualTo(WANTED);
        }
    }
}
