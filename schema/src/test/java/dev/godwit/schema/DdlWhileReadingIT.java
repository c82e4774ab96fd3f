package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Somebody drops a table while the catalog is read: what is read is as of one moment, or the server's own error. */
@PostgresTest(version = "15")
final class DdlWhileReadingIT {
    private static final String TABLE = "table \"public\".\"t\"";

    @Test
    void givesTheTableWheneverItIsDroppedBehindTheFirstLook(PostgresServer server) throws Exception {
        int dropped = 0;
        for (int before = 1; ; before += 3) {
            server.execute("postgres", "CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> '') DEFAULT 'x')");
            AtomicInteger queries = new AtomicInteger();
            int now = before;
            try (Connection connection = server.connect("postgres")) {
                Connection watched = watched(connection, () -> {
                    if (queries.incrementAndGet() == now) {
                        server.execute("postgres", "DROP TABLE t");
                    }
                });
                boolean found = read(watched);
                if (queries.get() < before) {
                    break;
                }
                dropped++;
                assertThat(found)
                        .as("dropped before query %s of %s", before, queries)
                        .isEqualTo(before > 1);
            }
        }
        assertThat(dropped).isGreaterThan(10);
        server.execute("postgres", "DROP TABLE t");
    }

    /** A definition that the server writes it cannot write of what is gone; that is its own error, and no other one. */
    private static boolean read(Connection connection) {
        try {
            return SchemaDifference.definitions(connection, table -> true).containsKey(TABLE);
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("cache lookup failed");
            return true;
        }
    }

    private static Connection watched(Connection connection, Runnable beforeQuery) {
        return proxy(Connection.class, (method, arguments) -> {
            Object result = invoke(method, connection, arguments);
            if (result instanceof PreparedStatement prepared) {
                return watched(PreparedStatement.class, prepared, beforeQuery);
            }
            return result instanceof Statement statement ? watched(Statement.class, statement, beforeQuery) : result;
        });
    }

    private static <T> T watched(Class<T> type, T statement, Runnable beforeQuery) {
        return proxy(type, (method, arguments) -> {
            if (method.getName().equals("executeQuery")) {
                beforeQuery.run();
            }
            return invoke(method, statement, arguments);
        });
    }

    private interface Call {
        Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                DdlWhileReadingIT.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.of(method, arguments)));
    }

    private static Object invoke(Method method, Object real, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
