package dev.godwit.replication.apply;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Publication;
import dev.godwit.replication.ReplicationSlots;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys are written once and mostly never again, so that no later change can cover a gap or a repetition. */
@Tag("R5")
final class SnapshotBoundaryIT {

    private static final int WRITERS = 3;

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void snapshotAndStreamTogetherHoldEveryCommitOnce(int from, int to) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
        AtomicBoolean writing = new AtomicBoolean(true);
        try (Replica replica =
                Replica.of(from, to, "CREATE TABLE t (writer int, n int, v text, PRIMARY KEY (writer, n))")) {
            Publication.create(replica.sourceSession, replica.name, replica.tables());
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                writers.add(pool.submit(() -> {
                    write(replica, writer, writing);
                    return null;
                }));
            }
            Thread.sleep(200);
            try (ExportedSnapshot snapshot =
                    ReplicationSlots.create(replica.source.openReplication(), replica.name, false, Replica.LIMIT)) {
                copy(replica, snapshot);
                replica.remember(snapshot.consistentPoint());
            }
            replica.start();
            Thread.sleep(300);
            writing.set(false);
            for (Future<?> writer : writers) {
                writer.get();
            }
            replica.assertSame("t");
        } finally {
            writing.set(false);
            pool.shutdownNow();
        }
    }

    private static void write(Replica replica, int writer, AtomicBoolean writing) throws SQLException {
        try (Connection session = replica.source.open()) {
            session.setAutoCommit(false);
            for (int n = 0; writing.get(); n++) {
                Replica.execute(session, "INSERT INTO public.t VALUES (" + writer + ", " + n + ", 'x')");
                if (n % 5 == 4) {
                    Replica.execute(session, "DELETE FROM public.t WHERE writer = " + writer + " AND n = " + (n - 2));
                }
                session.commit();
            }
        }
    }

    private static void copy(Replica replica, ExportedSnapshot snapshot) throws SQLException {
        try (Connection session = replica.source.open()) {
            session.setAutoCommit(false);
            Replica.execute(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            Replica.execute(session, "SET TRANSACTION SNAPSHOT '" + snapshot.snapshotName() + "'");
            for (String row : Replica.query(session, "SELECT pg_catalog.quote_literal(t::text) FROM public.t t")) {
                replica.target("INSERT INTO t SELECT (" + row + "::t).*");
            }
        }
    }
}
