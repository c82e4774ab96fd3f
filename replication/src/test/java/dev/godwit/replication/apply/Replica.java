package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WalPosition;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A source and a target database of the same tables, with publication, slot, stored position and a subscriber. */
final class Replica implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    static final Duration LIMIT = Duration.ofMinutes(3);

    final PostgresServer sourceServer;
    final PostgresServer targetServer;
    final String name = "it_" + NUMBER.incrementAndGet();
    final String sourceDatabase = name + "_s";
    final String targetDatabase = name + "_t";
    final ServerConnections source;
    final ServerConnections target;
    Connection sourceSession;
    private Connection targetSession;
    private UnaryOperator<SubscriberOptions.Builder> tuning = UnaryOperator.identity();
    private @Nullable Subscriber subscriber;
    private Lsn consistentPoint = Lsn.ZERO;
    /** The tables of the first start: what they are called later is not what the subscriber knows them by. */
    private List<RelationName> subscribed = List.of();

    Replica(PostgresServer sourceServer, PostgresServer targetServer, String... ddl) throws SQLException {
        this.sourceServer = sourceServer;
        this.targetServer = targetServer;
        sourceServer.createDatabase(sourceDatabase);
        targetServer.createDatabase(targetDatabase);
        source = connections(sourceServer, sourceDatabase, name);
        target = connections(targetServer, targetDatabase, name);
        sourceSession = session(sourceServer, sourceDatabase);
        targetSession = session(targetServer, targetDatabase);
        for (String statement : ddl) {
            execute(sourceSession, statement);
            execute(targetSession, statement);
        }
    }

    static Replica of(int sourceMajor, int targetMajor, String... ddl) throws SQLException {
        return new Replica(Servers.of(sourceMajor), Servers.of(targetMajor), ddl);
    }

    private static ServerConnections connections(PostgresServer server, String database, String application) {
        Properties properties = new Properties();
        properties.setProperty("user", server.superuser());
        properties.setProperty("ApplicationName", application);
        return ServerConnections.of(server.url(database), properties);
    }

    private static Connection session(PostgresServer server, String database) throws SQLException {
        Connection session = connections(server, database, "test").open();
        execute(session, "SET search_path = public");
        return session;
    }

    Replica tuned(UnaryOperator<SubscriberOptions.Builder> change) {
        tuning = change;
        return this;
    }

    /** Creates publication, slot and position for all tables there are, and starts. */
    Replica started() throws SQLException {
        arrange();
        start();
        return this;
    }

    Replica arrange() throws SQLException {
        Publication.create(sourceSession, name, tables());
        try (ExportedSnapshot snapshot =
                ReplicationSlots.create(source.openReplication(), name, false, Duration.ofSeconds(10))) {
            consistentPoint = snapshot.consistentPoint();
        }
        remember(consistentPoint);
        return this;
    }

    void remember(Lsn position) throws SQLException {
        consistentPoint = position;
        ProgressTable.create(targetSession);
        ProgressTable.initialise(targetSession, name, position, 1);
    }

    List<RelationName> tables() throws SQLException {
        List<RelationName> tables = new ArrayList<>();
        String sql = "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";
        try (Statement statement = sourceSession.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(new RelationName(rows.getString(1), rows.getString(2)));
            }
        }
        return tables;
    }

    Subscriber start() throws SQLException {
        Map<RelationName, Lsn> syncPoints = new TreeMap<>();
        if (subscribed.isEmpty()) {
            subscribed = tables();
        }
        for (RelationName table : subscribed) {
            syncPoints.put(table, consistentPoint);
        }
        Subscriber started = new Subscriber(tuning.apply(SubscriberOptions.builder()
                        .source(source)
                        .target(target)
                        .slot(name)
                        .publication(name)
                        .syncPoints(syncPoints)
                        .progress(ProgressTable.of(name, 1))
                        .name(name))
                .build());
        subscriber = started;
        started.start();
        return started;
    }

    Subscriber subscriber() {
        Subscriber running = subscriber;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    void stop() {
        subscriber().close();
    }

    Lsn consistentPoint() {
        return consistentPoint;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void source(String... statements) throws SQLException {
        for (String statement : statements) {
            execute(sourceSession, statement);
        }
    }

    void target(String... statements) throws SQLException {
        for (String statement : statements) {
            execute(targetSession, statement);
        }
    }

    void reconnectTarget() throws SQLException {
        targetSession.close();
        targetSession = session(targetServer, targetDatabase);
    }

    void reconnectSource() throws SQLException {
        sourceSession.close();
        sourceSession = session(sourceServer, sourceDatabase);
    }

    void sourceTransaction(String... statements) throws SQLException {
        sourceSession.setAutoCommit(false);
        source(statements);
        sourceSession.commit();
        sourceSession.setAutoCommit(true);
    }

    static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
        }
        return values;
    }

    List<String> targetQuery(String sql) throws SQLException {
        return query(targetSession, sql);
    }

    List<String> sourceQuery(String sql) throws SQLException {
        return query(sourceSession, sql);
    }

    Lsn end() throws SQLException {
        return WalPosition.flushedEnd(sourceSession);
    }

    void sync() throws Exception {
        assertThat(subscriber().awaitApplied(end(), LIMIT))
                .as("applied in time: %s", subscriber().status())
                .isTrue();
    }

    void assertSame(String... tables) throws Exception {
        sync();
        for (String table : tables) {
            String sql = "SELECT t::text FROM ONLY " + table + " t ORDER BY t::text COLLATE \"C\"";
            assertThat(targetQuery(sql)).as(table).isEqualTo(sourceQuery(sql));
        }
    }

    @Override
    public void close() throws SQLException {
        if (subscriber != null) {
            subscriber.close();
        }
        try {
            assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                    .as("threads that remain")
                    .doesNotContain(name + "-apply", name + "-stream");
            await("sessions end").atMost(LIMIT).untilAsserted(() -> {
                String sessions = "SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = '" + name + "'";
                assertThat(sourceServer.query("postgres", sessions)).isEmpty();
                assertThat(targetServer.query("postgres", sessions)).isEmpty();
            });
            ReplicationSlots.drop(sourceSession, name, LIMIT);
            Publication.drop(sourceSession, name);
        } finally {
            sourceSession.close();
            targetSession.close();
            sourceServer.dropDatabase(sourceDatabase);
            targetServer.dropDatabase(targetDatabase);
        }
    }
}
