package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WalPosition;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A family's database on the source with its publication, and an equal one on the target for each contender that applies.
 *
 * <p>A row of {@code bench_marker} is changed last in every backlog: it is visible on a target when everything is.
 */
final class BenchDatabase {

    static final String PUBLICATION = "bench";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final BenchServers servers;
    private final Family family;
    private final List<String> appliers;
    private final List<RelationName> tables;

    BenchDatabase(BenchServers servers, Family family, List<String> appliers) throws SQLException {
        this.servers = servers;
        this.family = family;
        this.appliers = appliers;
        servers.source().createDatabase(family.database());
        fill(servers.source(), family.database());
        for (String applier : appliers) {
            create(target(applier));
        }
        try (Connection session = source().open()) {
            tables = readTables(session);
            Publication.create(session, PUBLICATION, tables);
        }
    }

    private void create(String database) {
        String first = target(appliers.get(0));
        if (database.equals(first)) {
            servers.target().createDatabase(database);
            fill(servers.target(), database);
        } else {
            servers.target()
                    .execute("postgres", "CREATE DATABASE " + database + " TEMPLATE " + first + " STRATEGY file_copy");
        }
    }

    private void fill(PostgresServer server, String database) {
        server.execute(database, family.setup().toArray(String[]::new));
        server.execute(
                database,
                "CREATE TABLE bench_marker (id int PRIMARY KEY, n bigint NOT NULL)",
                "INSERT INTO bench_marker VALUES (1, 0)",
                "VACUUM (ANALYZE)");
    }

    private static List<RelationName> readTables(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery("SELECT array_agg(relname::text ORDER BY relname)"
                        + " FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")) {
            rows.next();
            String[] names = (String[]) rows.getArray(1).getArray();
            return List.of(names).stream()
                    .map(name -> new RelationName("public", name))
                    .toList();
        }
    }

    BenchServers servers() {
        return servers;
    }

    String name() {
        return family.database();
    }

    List<RelationName> tables() {
        return tables;
    }

    String target(String applier) {
        return family.database() + "_" + applier;
    }

    ServerConnections source() {
        return connections(servers.source(), family.database());
    }

    ServerConnections targetOf(String applier) {
        return connections(servers.target(), target(applier));
    }

    private static ServerConnections connections(PostgresServer server, String database) {
        Properties properties = new Properties();
        properties.setProperty("user", server.superuser());
        return ServerConnections.of(server.url(database), properties);
    }

    /** Vacuums everything, so that all drains begin alike; equally on all databases. */
    void level(Workload.Level level) throws SQLException {
        Map<String, ServerConnections> all = new LinkedHashMap<>();
        all.put(name(), source());
        appliers.forEach(applier -> all.put(target(applier), targetOf(applier)));
        for (ServerConnections each : all.values()) {
            try (Connection session = each.open();
                    Statement statement = session.createStatement()) {
                statement.execute("SET search_path = public");
                level.apply(session);
                statement.execute("VACUUM (ANALYZE)");
            }
        }
    }

    static String slot(String contender) {
        return "bench_" + contender.replace('-', '_');
    }

    /** One slot for each contender; nothing that is published is written between the first and the last. */
    Map<String, Lsn> createSlots(List<String> contenders) throws SQLException {
        Map<String, Lsn> positions = new LinkedHashMap<>();
        try (Connection session = source().open();
                Statement statement = session.createStatement()) {
            for (String contender : contenders) {
                try (ResultSet row = statement.executeQuery("SELECT lsn::text FROM"
                        + " pg_catalog.pg_create_logical_replication_slot('" + slot(contender) + "', 'pgoutput')")) {
                    row.next();
                    positions.put(contender, Lsn.parse(row.getString(1)));
                }
            }
        }
        return positions;
    }

    void dropSlots(List<String> contenders) throws SQLException {
        try (Connection session = source().open()) {
            for (String contender : contenders) {
                ReplicationSlots.drop(session, slot(contender), LIMIT);
            }
        }
    }

    /** Writes the marker; flushes whatever was committed before. */
    BacklogEnd mark() throws SQLException {
        try (Connection session = source().open();
                Statement statement = session.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("UPDATE public.bench_marker SET n = n + 1 WHERE id = 1 RETURNING n")) {
                row.next();
                return new BacklogEnd(row.getLong(1), WalPosition.flushedEnd(session));
            }
        }
    }

    void assertEqual(String applier) throws SQLException {
        PostgresServer target = servers.target();
        DatabaseComparison.between(servers.source().dataSource(name()), target.dataSource(target(applier)))
                .run()
                .assertIdentical();
    }

    /**
     * Where a backlog ends.
     *
     * @param marker the marker's value
     * @param lsn every commit lies before it
     */
    record BacklogEnd(long marker, Lsn lsn) {}
}
