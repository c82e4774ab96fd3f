package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.ServerConnections;
import dev.godwit.testkit.FaultProxy;
import java.sql.Connection;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The session on the target is lost while its COMMIT is on the way. A trigger of the target makes the COMMIT wait for a lock
 * that the test holds. The table has no key, so that nothing but the stored position prevents a repetition.
 */
@Tag("F5")
@Tag("F6")
final class CommitInDoubtIT {

    private static final String WAITING = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            + " WHERE l.locktype = 'advisory' AND NOT l.granted AND a.query = 'COMMIT'";

    private Replica replica;
    private FaultProxy proxy;
    private Connection blocker;

    @BeforeEach
    void replicateThroughAProxy() throws Exception {
        replica = Replica.of(15, 15, "CREATE TABLE t (v int)", "ALTER TABLE t REPLICA IDENTITY FULL");
        proxy = FaultProxy.before(replica.targetServer);
        Properties properties = new Properties();
        properties.setProperty("user", replica.targetServer.superuser());
        properties.setProperty("ApplicationName", replica.name);
        ServerConnections proxied = ServerConnections.of(proxy.url(replica.targetDatabase), properties);
        replica.target(
                "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
                        + " PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END'",
                "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION wait()",
                "ALTER TABLE t ENABLE ALWAYS TRIGGER wait");
        replica.tuned(builder -> builder.target(proxied)).started();
        replica.source("INSERT INTO t VALUES (1)");
        replica.sync();
        blocker = replica.target.open();
        Replica.execute(blocker, "SELECT pg_catalog.pg_advisory_lock(7)");
        replica.source("INSERT INTO t VALUES (2)");
        await("the COMMIT waits")
                .atMost(Replica.LIMIT)
                .until(() -> replica.targetQuery(WAITING).equals(List.of("1")));
    }

    @AfterEach
    void close() throws Exception {
        blocker.close();
        replica.close();
        proxy.close();
    }

    @Test
    void repeatsNothingWhenTheAnswerToACommitIsLost() throws Exception {
        proxy.stall(FaultProxy.Direction.TO_CLIENT);
        release();
        await("committed")
                .atMost(Replica.LIMIT)
                .until(() ->
                        replica.targetQuery("SELECT count(*) FROM t").get(0).equals("2"));
        assertThat(replica.subscriber().status().counters().inserts())
                .as("what is known to be committed")
                .isEqualTo(1);
        proxy.cut();
        proxy.resume();
        replica.source("INSERT INTO t VALUES (3)");
        replica.assertSame("t");
    }

    @Test
    void repeatsNothingWhenTheLostSessionCommitsAfterTheNextOneHasBegun() throws Exception {
        proxy.cut();
        await("the next session")
                .atMost(Replica.LIMIT)
                .until(() -> replica.targetQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + replica.name
                                        + "' AND (state = 'idle in transaction' OR wait_event_type = 'Lock')"
                                        + " AND query <> 'COMMIT'")
                        .equals(List.of("1")));
        release();
        replica.source("INSERT INTO t VALUES (3)");
        replica.assertSame("t");
        assertThat(replica.subscriber().status().reconnects()).isPositive();
    }

    private void release() throws Exception {
        Replica.execute(blocker, "SELECT pg_catalog.pg_advisory_unlock(7)");
    }
}
