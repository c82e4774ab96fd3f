package dev.godwit.demo;

import dev.godwit.event.MigrationEvent.PhaseChanged;
import dev.godwit.event.MigrationListener;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Moves the rental database with PostgreSQL's own logical replication, a schema known beforehand and a fence that works
 * for this one application. It tests the demo itself: traffic, measurement and proof must hold with it, too.
 */
final class ReplicationByHand implements DatabaseMove {

    private static final String NAME = "by hand";
    private static final String DATABASE = RentalDatabase.NAME;

    private MigrationPhase phase = MigrationPhase.CREATED;

    @Override
    public Cutover run(
            PostgresServer source, PostgresServer target, MigrationListener listener, Application application)
            throws Exception {
        enter(MigrationPhase.SCHEMA, listener);
        RentalDatabase.createSchema(target);
        enter(MigrationPhase.SNAPSHOT, listener);
        source.execute(DATABASE, "CREATE PUBLICATION by_hand FOR ALL TABLES");
        target.execute(
                DATABASE,
                "CREATE SUBSCRIPTION by_hand CONNECTION 'host=127.0.0.1 port=" + source.port() + " user="
                        + source.superuser() + " dbname=" + DATABASE + "' PUBLICATION by_hand");
        await(
                "every table to be in step",
                () -> answer(target, "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate <> 'r'"));
        enter(MigrationPhase.READY_TO_CUTOVER, listener);
        application.awaitGoodMoment();
        enter(MigrationPhase.CUTOVER, listener);
        long from = System.nanoTime();
        cutOver(source, target, application);
        Cutover cutover = new Cutover(from, System.nanoTime());
        enter(MigrationPhase.COMPLETED, listener);
        target.execute(DATABASE, "DROP SUBSCRIPTION by_hand");
        return cutover;
    }

    /** Each transaction of the traffic ends with a receipt: a lock on that table stops all, their number says when all are over. */
    private static void cutOver(PostgresServer source, PostgresServer target, Application application)
            throws Exception {
        try (Connection connection = source.connect(DATABASE);
                Statement fence = connection.createStatement()) {
            connection.setAutoCommit(false);
            fence.execute("LOCK TABLE receipt IN SHARE ROW EXCLUSIVE MODE");
            String receipts = "SELECT count(*) FROM receipt";
            List<String> all = source.query(DATABASE, receipts);
            await(
                    "the last changes to arrive",
                    () -> target.query(DATABASE, receipts).equals(all));
            carrySequences(source, target);
            application.moveToTarget();
            connection.rollback();
        }
    }

    private static void carrySequences(PostgresServer source, PostgresServer target) throws SQLException {
        List<String> statements = source.query(
                DATABASE,
                "SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value)"
                        + " FROM pg_sequences WHERE last_value IS NOT NULL");
        target.execute(DATABASE, statements.toArray(String[]::new));
    }

    private void enter(MigrationPhase next, MigrationListener listener) {
        listener.onEvent(new PhaseChanged(NAME, Instant.now(), phase, next));
        phase = next;
    }

    private static boolean answer(PostgresServer server, String question) {
        return server.query(DATABASE, question).equals(List.of("t"));
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }
}
