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
    void planningTakesAsManyStatementsForManyTablesAsForOne() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            createTables(server, 0, 1);
            int forOne = statements(server);
            createTables(server, 1, MANY);
            assertThat(statements(server)).isEqualTo(forOne).isPositive();
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

    private static int statements(PostgresServer server) throws SQLException {
        AtomicInteger count = new AtomicInteger();
        try (Connection source = server.connect("old");
                Connection target = server.connect("fresh")) {
            SchemaPreparers.fromCatalog().plan(counting(source, count), counting(target, count), table -> true);
        }
        return count.get();
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
