package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one test has got: a pair, or one server alone, and what to look at when it is over. Used by the test's thread. */
final class TestFixture {
    private final ServerPool.Lease lease;
    private final JvmWatch watch;
    private final @Nullable PostgresPair pair;
    private final LeakCheck leaks;
    private final boolean checked;
    private final List<Integer> logStarts;
    private final List<Connection> connections = new ArrayList<>();

    private TestFixture(
            ServerPool.Lease lease, JvmWatch watch, @Nullable PostgresPair pair, LeakCheck leaks, boolean checked) {
        this.lease = lease;
        this.watch = watch;
        this.pair = pair;
        this.leaks = leaks;
        this.checked = checked;
        this.logStarts =
                lease.servers().stream().map(server -> server.log().length()).toList();
    }

    /** Waits for the servers, resets them and fills the source, or the single server, with a dump. */
    static TestFixture open(TestServers wanted, Optional<DatabaseDump> dump) {
        ServerPool.Lease lease = ServerPool.lease(wanted.kind(), wanted.majors());
        // not while it waits for others, of whom it would take over what they left
        JvmWatch watch = JvmWatch.enter();
        try {
            List<PostgresServer> servers = lease.start();
            PostgresServer source = servers.get(0);
            PostgresPair pair = null;
            if (servers.size() == 1) {
                source.reset();
                source.createDatabase(PostgresPair.DATABASE);
            } else {
                pair = PostgresPair.leased(source, servers.get(1));
            }
            if (dump.isPresent()) {
                String template = dump.get().templateOn(source);
                source.dropDatabase(PostgresPair.DATABASE);
                source.createDatabase(PostgresPair.DATABASE, template);
            }
            watch = watch.prepared();
            return new TestFixture(lease, watch, pair, LeakCheck.begin(watch, servers), wanted.leakCheck());
        } catch (RuntimeException | Error e) {
            JvmWatch.leave(watch);
            lease.close();
            throw e;
        }
    }

    Optional<PostgresPair> pair() {
        return Optional.ofNullable(pair);
    }

    PostgresServer source() {
        return lease.servers().get(0);
    }

    /** The source where there is one server. */
    PostgresServer target() {
        return lease.servers().get(lease.servers().size() - 1);
    }

    /** A connection that ends with the test. */
    Connection connect(PostgresServer server) throws SQLException {
        Connection connection = server.connect(PostgresPair.DATABASE);
        connections.add(connection);
        return connection;
    }

    /**
     * Gives the servers back, after a look at what the test left behind.
     *
     * @param test name of the test for files that are kept of it
     * @param failure how the test failed; it gets a note of what was kept
     * @throws AssertionError if the test passed and left something behind
     */
    void close(String test, @Nullable Throwable failure) throws SQLException {
        try {
            for (Connection connection : connections) {
                connection.close();
            }
            if (failure != null) {
                failure.addSuppressed(new KeptFiles(keep(test)));
            } else if (checked) {
                List<String> found = leaks.leaks();
                if (!found.isEmpty()) {
                    throw new AssertionError(LeakCheck.message(found) + "\n" + keep(test));
                }
            }
        } finally {
            JvmWatch.leave(watch);
            lease.close();
        }
    }

    private String keep(String test) {
        try {
            return FailureFiles.keep(test, lease, logStarts);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep the servers' logs of " + test, e);
        }
    }

    /** A note on a test's failure: no failure of its own, and so without a stack. */
    private static final class KeptFiles extends Exception {
        private static final long serialVersionUID = 1L;

        KeptFiles(String message) {
            super(message, null, false, false);
        }
    }
}
