package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** PostgreSQL's own subscription with its defaults. */
final class NativeContender implements Contender {

    private static final String SUBSCRIPTION = "bench_subscription";

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
        return new Subscribed(session, new MarkerPoll(database, name()));
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private record Subscribed(Connection session, MarkerPoll poll) implements Running {

        @Override
        public void start() throws SQLException {
            execute(session, "ALTER SUBSCRIPTION " + SUBSCRIPTION + " ENABLE");
        }

        @Override
        public void await(BenchDatabase.BacklogEnd end) throws Exception {
            poll.await(end.marker(), () -> {});
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
