package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FenceLeakIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY)";

    @Test
    void doesNotApplyWhatWasWrittenBehindTheFence() throws Exception {
        try (Replica replica = Replica.of(15, 15, TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            Lsn end = replica.end();
            replica.subscriber().armLeakCheck(end);
            assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT)).isTrue();
            replica.source("CREATE TABLE unrelated (id int)", "INSERT INTO unrelated VALUES (1)");
            replica.sync();
            replica.source("INSERT INTO t VALUES (2)");
            assertThatThrownBy(replica::sync).isInstanceOf(FenceLeakException.class);
            assertThatThrownBy(() -> replica.subscriber().awaitApplied(end, Duration.ZERO))
                    .as("what was settled before the failure")
                    .isInstanceOf(FenceLeakException.class);
            assertThat(replica.targetQuery("SELECT id FROM t")).containsExactly("1");
        }
    }

    @Test
    void noticesALeakThatWasAppliedBeforeTheCheckWasArmed() throws Exception {
        try (Replica replica = Replica.of(15, 15, TABLE).started()) {
            Lsn end = replica.end();
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            assertThatThrownBy(() -> replica.subscriber().armLeakCheck(end)).isInstanceOf(FenceLeakException.class);
            replica.subscriber().disarmLeakCheck();
            replica.source("INSERT INTO t VALUES (2)");
            replica.assertSame("t");
        }
    }

    @Test
    void holdsBackWhatCommitsAtOrBeyondAPosition() throws Exception {
        try (Replica replica = Replica.of(13, 17, TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            Lsn end = replica.end();
            replica.subscriber().pauseAt(end);
            replica.source("INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT)).isTrue();
            assertThat(replica.subscriber().awaitApplied(replica.end(), Duration.ofMillis(300)))
                    .isFalse();
            assertThat(replica.targetQuery("SELECT id FROM t")).containsExactly("1");
            assertThat(replica.subscriber().status().state()).isEqualTo(SubscriberState.HELD);
            replica.subscriber().release();
            replica.assertSame("t");
        }
    }

    @Test
    void stopsWhileHoldingBack() throws Exception {
        try (Replica replica = Replica.of(13, 17, TABLE).started()) {
            Lsn end = replica.end();
            replica.subscriber().pauseAt(end);
            replica.source("INSERT INTO t VALUES (1)");
            assertThat(replica.subscriber().awaitApplied(end, Replica.LIMIT)).isTrue();
            replica.stop();
            assertThat(replica.targetQuery("SELECT id FROM t")).isEmpty();
            replica.start();
            replica.assertSame("t");
        }
    }
}
