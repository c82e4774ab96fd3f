package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** PostgreSQL's own subscription with its defaults. */
final class NativeContender implements Contender {

    private static final String SUBSCRIPTION = "bench_subscription";
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    @Override
    public String name() {
        return BenchOptions.NATIVE;
    }

    @Override
    public Running prepare(BenchDatabase database, Lsn slotPosition) throws SQLException {
        Connection session = database.targetOf(name()).open();
        String publisher = "host=127.0.0.1 port=" + database.servers().source().port() + " user="
                + database.servers().source().superuser() + " dbname=" + database.name();
        execute(
                session,
                "CREATE SUBSCRIPTION " + SUBSCRIPTION + " CONNECTION '" + publisher + "' PUBLICATION "
                        + BenchDatabase.PUBLICATION + " WITH (enabled = false, copy_data = false, create_slot = false,"
                        + " slot_name = '" + BenchDatabase.slot(name()) + "')");
        return new Subscribed(database, session, new MarkerPoll(database, name()));
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private record Subscribed(BenchDatabase database, Connection session, MarkerPoll poll) implements Running {

        @Override
        public void start() throws SQLException {
            execute(session, "ALTER SUBSCRIPTION " + SUBSCRIPTION + " ENABLE");
        }

        @Override
        public void await(BenchDatabase.BacklogEnd end) throws Exception {
            AtomicLong looked = new AtomicLong(System.nanoTime());
            poll.await(end.marker(), () -> {
                // often enough for an error, too seldom to slow the worker down
                if (System.nanoTime() - looked.get() > LOOK_NANOS) {
                    looked.set(System.nanoTime());
                    check();
                }
            });
        }

        /** A worker that fails starts again, and would do so for ever. */
        private void check() throws SQLException {
            String sql = "SELECT apply_error_count FROM pg_catalog.pg_stat_subscription_stats WHERE subname = '"
                    + SUBSCRIPTION + "'";
            try (Statement statement = session.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                if (rows.next() && rows.getLong(1) > 0) {
                    throw new IllegalStateException("the native subscription failed; the target's log: "
                            + database.servers().target().log());
                }
            }
        }

        @Override
        public void close() throws SQLException {
            try (session;
                    poll) {
                execute(session, "ALTER SUBSCRIPTION " + SUBSCRIPTION + " DISABLE");
                execute(session, "ALTER SUBSCRIPTION " + SUBSCRIPTION + " SET (slot_name = NONE)");
                execute(session, "DROP SUBSCRIPTION " + SUBSCRIPTION);
            }
        }
    }
}
