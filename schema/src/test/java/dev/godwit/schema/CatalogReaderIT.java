package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogReaderIT {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.builder(15).start();
        server.createDatabase("zoo");
        ZooSchema.create(server, "zoo");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Table shop(Catalog catalog, String name) {
        return catalog.table(new TableName("shop", name)).orElseThrow();
    }

    private static Catalog read(String database) throws SQLException {
        try (Connection connection = server.connect(database)) {
            return CatalogReader.read(connection, table -> true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 18})
    void readsTheOldestAndTheNewestVersion(int major) throws SQLException {
        try (PostgresServer other = PostgresServer.builder(major).start()) {
            ZooSchema.create(other, "postgres");
            try (Connection connection = other.connect("postgres")) {
                Catalog catalog = CatalogReader.read(connection, table -> true);
                assertThat(catalog.majorVersion()).isEqualTo(major);
                assertThat(shop(catalog, "circle").column("n").orElseThrow().expression())
                        .hasValue("shop.of_circle(NULL::shop.circle)");
            }
        }
    }

    @Test
    void sizesTablesWithTheirToast() throws SQLException {
        server.createDatabase("sizes");
        server.execute(
                "sizes",
                "CREATE TABLE wide (id int PRIMARY KEY, v text)",
                "ALTER TABLE wide ALTER v SET STORAGE EXTERNAL",
                "INSERT INTO wide SELECT i, repeat('x', 100000) FROM generate_series(1, 20) i");
        TableSize size = read("sizes").tables().get(0).size();
        assertThat(size.pages()).isEqualTo(1);
        assertThat(size.dataBytes()).isBetween(2_000_000L, 2_500_000L);
        assertThat(size.totalBytes()).isGreaterThan(size.dataBytes());
    }

    @Test
    void tellsWhichTablesWouldRefuseUpdatesOncePublished() throws SQLException {
        Catalog catalog = read("zoo");
        assertThat(catalog.tables().stream()
                        .filter(Table::updatesFailOncePublished)
                        .map(table -> table.name().name()))
                .contains("no_identity", "gaps", "points", "booking", "animal")
                .doesNotContain("customer", "by_index", "full_identity", "measure", "volatile", "keyed_north");
        assertThat(shop(catalog, "by_index").replicaIdentity())
                .isEqualTo(new ReplicaIdentity(ReplicaIdentity.Setting.INDEX, List.of("b", "a"), true, ""));
        assertThat(shop(catalog, "full_identity").replicaIdentity().keyColumns())
                .containsExactly("a");
        assertThat(shop(catalog, "pairs").primaryKey()).containsExactly("a", "b");
    }

    @Test
    void believesWhatTheServerThenDoes() throws SQLException {
        server.createDatabase("identities");
        server.execute(
                "identities",
                "CREATE TABLE late (id int PRIMARY KEY DEFERRABLE)",
                "CREATE TABLE dropped (id int NOT NULL UNIQUE)",
                "ALTER TABLE dropped REPLICA IDENTITY USING INDEX dropped_id_key",
                "ALTER TABLE dropped DROP CONSTRAINT dropped_id_key",
                "CREATE TABLE keyless (id int)",
                "CREATE TABLE nothing (id int PRIMARY KEY)",
                "ALTER TABLE nothing REPLICA IDENTITY NOTHING",
                "CREATE TABLE fine (id int PRIMARY KEY)",
                "CREATE TABLE whole (id int)",
                "ALTER TABLE whole REPLICA IDENTITY FULL",
                "CREATE PUBLICATION p FOR ALL TABLES");
        for (Table table : read("identities").tables()) {
            String name = table.name().quoted();
            server.execute("identities", "INSERT INTO " + name + " VALUES (1)");
            boolean failed;
            try (Connection connection = server.connect("identities");
                    var statement = connection.createStatement()) {
                statement.execute("UPDATE " + name + " SET id = 2");
                failed = false;
            } catch (SQLException e) {
                assertThat(e.getMessage()).contains("replica identity");
                failed = true;
            }
            assertThat(table.updatesFailOncePublished()).as(name).isEqualTo(failed);
        }
    }

    @Test
    void leavesGeneratedColumnsOutOfTheCopyAndKeepsTheOrderOfAttributeNumbers() throws SQLException {
        Catalog catalog = read("zoo");
        assertThat(shop(catalog, "generated").copyColumns().stream().map(Column::name))
                .containsExactly("a");
        assertThat(shop(catalog, "gaps").columns().stream().map(Column::number)).containsExactly(1, 3, 4);
        assertThat(shop(catalog, "identities").column("a").orElseThrow().identity())
                .isEqualTo(Column.Identity.ALWAYS);
        assertThat(shop(catalog, "measure_2020_bonn").parents()).containsExactly(new TableName("shop", "measure_2020"));
    }

    @Test
    void listsSequencesWithTheirOwnersAndTriggersThatFireInReplicaRole() throws SQLException {
        Catalog catalog = read("zoo");
        Sequence identity = catalog.sequences().stream()
                .filter(sequence -> sequence.name().name().equals("identities_a_seq"))
                .findFirst()
                .orElseThrow();
        assertThat(identity.owner()).hasValue(new Sequence.Owner(new TableName("shop", "identities"), "a", true));
        assertThat(identity.options()).isEqualTo(new Sequence.Options("bigint", 100, 5, 1, Long.MAX_VALUE, 3, false));
        assertThat(catalog.triggers().stream()
                        .filter(Trigger::firesInReplicaRole)
                        .map(Trigger::restoreSql))
                .containsExactlyInAnyOrder(
                        "ALTER TABLE ONLY \"shop\".\"customer\" ENABLE ALWAYS TRIGGER \"always\"",
                        "ALTER TABLE ONLY \"shop\".\"customer\" ENABLE REPLICA TRIGGER \"in_replica\"",
                        "ALTER TABLE ONLY \"shop\".\"keyed_north\" ENABLE ALWAYS TRIGGER \"on_partitions\"");
    }

    @Test
    void leavesTheConnectionAsItWas() throws SQLException {
        try (Connection connection = server.connect("zoo")) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SET LOCAL search_path = shop, public");
            }
            CatalogReader.read(connection, table -> true);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SHOW search_path")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("shop, public");
            }
            connection.rollback();
            connection.setAutoCommit(true);
            CatalogReader.read(connection, table -> true);
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void needsNoMoreQueriesForMoreTables() throws SQLException {
        server.createDatabase("many");
        int before = queriesOfAPlan("many");
        server.execute("many", """
                DO $$ BEGIN FOR i IN 1..500 LOOP
                    EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, v text DEFAULT %L CHECK (v <> %L))', i, i, i);
                    EXECUTE format('CREATE INDEX ON t%s (v)', i);
                END LOOP; END $$""");
        assertThat(queriesOfAPlan("many")).isEqualTo(before);
    }

    private static int queriesOfAPlan(String database) throws SQLException {
        AtomicInteger queries = new AtomicInteger();
        try (Connection connection = server.connect(database)) {
            Connection counting = (Connection) Proxy.newProxyInstance(
                    CatalogReaderIT.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, args) -> {
                        if (method.getName().endsWith("Statement")) {
                            queries.incrementAndGet();
                        }
                        try {
                            return method.invoke(connection, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            SchemaPreparers.fromCatalog().plan(counting, counting, table -> true);
        }
        return queries.get();
    }
}
