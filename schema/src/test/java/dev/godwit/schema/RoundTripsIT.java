package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundTripsIT {

    private static final int MANY = 60;

    @Test
    void planningTakesAsManyStatementsForManyTablesAsForOneAndTheyCanBeMadeTogether() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            createTables(server, 0, 1);
            AtomicInteger forOne = new AtomicInteger();
            long groups = groups(plan(server, forOne));
            createTables(server, 1, MANY);
            AtomicInteger forMany = new AtomicInteger();
            SchemaPlan plan = plan(server, forMany);
            assertThat(forMany.get()).isEqualTo(forOne.get()).isPositive();
            assertThat(groups(plan)).isEqualTo(groups);
        }
    }

    private static void createTables(PostgresServer server, int from, int to) {
        for (int i = from; i < to; i++) {
            server.execute(
                    "old",
                    "CREATE TABLE t" + i + " (id serial PRIMARY KEY, v text CHECK (v <> ''), UNIQUE (v))",
                    "CREATE INDEX ON t" + i + " (v, id)",
                    "CREATE VIEW v" + i + " AS SELECT * FROM t" + i,
                    "COMMENT ON TABLE t" + i + " IS 'one'");
        }
    }

    /** How many times something has to be waited for, but for views, which come one by one. */
    private static long groups(SchemaPlan plan) {
        return plan.groups(SchemaStage.BEFORE_COPY).stream()
                .filter(group -> group.stream().noneMatch(step -> step.id().startsWith("view ")))
                .count();
    }

    private static SchemaPlan plan(PostgresServer server, AtomicInteger statements) throws SQLException {
        try (Connection source = server.connect("old");
                Connection target = server.connect("fresh")) {
            return SchemaPreparers.fromCatalog()
                    .plan(counting(source, statements), counting(target, statements), table -> true);
        }
    }

    private static Connection counting(Connection connection, AtomicInteger count) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")
                            || method.getName().equals("prepareStatement")) {
                        count.incrementAndGet();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
