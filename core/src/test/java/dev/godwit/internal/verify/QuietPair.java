package dev.godwit.internal.verify;

import dev.godwit.copy.Throttle;
import dev.godwit.copy.ThrottleContext;
import dev.godwit.copy.Throttles;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.TableRows;
import dev.godwit.result.TableVerification;
import dev.godwit.result.VerificationMode;
import dev.godwit.result.VerificationReport;
import dev.godwit.result.VerificationScope;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Two servers to which nobody writes while they are compared, so that any snapshots of them are a pair. */
final class QuietPair implements SnapshotPair {
    static final Lsn POSITION = Lsn.parse("1/2345");

    private final ServerConnections source;
    private final ServerConnections target;
    private final List<Connection> opened = new CopyOnWriteArrayList<>();

    QuietPair(PostgresPair pair) {
        this(pair, pair.source().superuser());
    }

    /** As a role that may log in without a password. */
    QuietPair(PostgresPair pair, String role) {
        this(pair.sourceUrl(), pair.targetUrl(), role);
    }

    QuietPair(String sourceUrl, String targetUrl, String role) {
        Properties user = new Properties();
        user.setProperty("user", role);
        this.source = ServerConnections.of(sourceUrl, user);
        this.target = ServerConnections.of(targetUrl, user);
    }

    private Connection begin(ServerConnections server) throws SQLException {
        Connection connection = server.open();
        opened.add(connection);
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        return connection;
    }

    @Override
    public Connection openSource() throws SQLException {
        return begin(source);
    }

    @Override
    public Connection openTarget() throws SQLException {
        return begin(target);
    }

    @Override
    public Lsn lsn() {
        return POSITION;
    }

    /** Nobody writes, so no session has to keep anything. */
    @Override
    public void requireAlive() {}

    /** Gives the sessions that were opened so far. */
    List<Connection> opened() {
        return opened;
    }

    @Override
    public void close() {}

    /** Everything of all tables, schema and sequences too, in one part each. */
    static VerifySettings settings() {
        return new VerifySettings(
                new VerificationScope(VerificationMode.EXACT, 1, true, true, true),
                name -> true,
                2,
                64 << 20,
                100,
                false,
                Throttles.none());
    }

    static VerifySettings only(String table) {
        return only(name -> name.toString().equals(table));
    }

    static VerifySettings only(Predicate<TableName> tables) {
        VerifySettings all = settings();
        return new VerifySettings(
                new VerificationScope(VerificationMode.EXACT, 1, false, false, false),
                tables,
                1,
                all.chunkBytes(),
                all.maxDifferences(),
                false,
                all.throttle());
    }

    static VerifySettings chunks(VerifySettings settings, long bytes) {
        return new VerifySettings(
                settings.scope(),
                settings.tables(),
                settings.workers(),
                bytes,
                settings.maxDifferences(),
                settings.withValues(),
                settings.throttle());
    }

    VerifyJob job(VerifySettings settings, Consumer<VerifyProgress> observer) throws SQLException {
        Catalog catalog;
        try (Connection connection = source.open()) {
            catalog = CatalogReader.read(connection, name -> true);
        }
        return new VerifyJob(
                "quiet",
                catalog,
                Map.of(),
                settings,
                true,
                (left, right) -> SchemaDifference.between(left, right, name -> true),
                new Contexts(),
                observer);
    }

    VerificationReport verify(VerifySettings settings) {
        return verify(settings, job -> job);
    }

    VerificationReport verify(VerifySettings settings, Map<TableName, TableRows> parts) {
        return verify(
                settings,
                job -> new VerifyJob(
                        job.migration(),
                        job.source(),
                        parts,
                        job.settings(),
                        job.carried(),
                        job.schema(),
                        job.throttleContext(),
                        job.observer()));
    }

    VerificationReport verify(VerifySettings settings, UnaryOperator<VerifyJob> changed) {
        try {
            return new Verifier(this, changed.apply(job(settings, progress -> {})), Clock.systemUTC(), new Random(7))
                    .run();
        } catch (SQLException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A throttle of these tests asks nothing. */
    private static final class Contexts implements ThrottleContext {
        @Override
        public Connection source() throws SQLException {
            throw new SQLException("no session for the throttle");
        }

        @Override
        public Connection target() throws SQLException {
            throw new SQLException("no session for the throttle");
        }
    }

    static VerifySettings settings(
            VerificationMode mode, double sample, int most, boolean withValues, Throttle throttle) {
        return new VerifySettings(
                new VerificationScope(mode, sample, true, false, false),
                name -> true,
                2,
                64 << 10,
                most,
                withValues,
                throttle);
    }

    /** Gives what a report says of a table. */
    static TableVerification table(VerificationReport report, String name) {
        return report.tables().stream()
                .filter(table -> table.table().toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no table " + name + " in " + report.toTable()));
    }
}
