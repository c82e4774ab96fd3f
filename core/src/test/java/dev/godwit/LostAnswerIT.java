package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The connection is lost before the server has answered what closes the source: it is open again, whether that was done or not. */
@PostgresPairTest(source = "15", target = "17")
final class LostAnswerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static WriteFence fence(String kind) {
        return switch (kind) {
            case "lockTables" -> WriteFences.lockTables();
            case "readOnlyDatabase" -> WriteFences.readOnlyDatabase();
            default ->
                WriteFences.custom(new CustomFence() {
                    @Override
                    public void raise(FenceContext context) {}

                    @Override
                    public void lift(FenceContext context) {}
                });
        };
    }

    @ParameterizedTest
    @CsvSource({
        "readOnlyDatabase, true",
        "readOnlyDatabase, false",
        "lockTables, true",
        "lockTables, false",
        "custom, true",
        "custom, false"
    })
    void opensTheSource(String kind, boolean arrived, PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int)");
        Losing losing = new Losing(pair, arrived);
        FenceContext context = new FenceContext(
                "lost",
                losing,
                List.of(new TableName("public", "item")),
                Deadline.after(PATIENCE),
                PATIENCE,
                false,
                "tRuE");
        WriteFence fence = fence(kind);
        if (kind.equals("readOnlyDatabase")) {
            // Not "it may still be closed".
            assertThatThrownBy(() -> fence.raise(context)).isInstanceOf(SQLException.class);
        } else {
            try (RaisedFence raised = fence.raise(context)) {
                assertThatThrownBy(() -> raised.beginSeal(Deadline.after(PATIENCE)))
                        .isInstanceOf(SQLException.class);
                // Else the cutover would be said to be undone.
                assertThatThrownBy(raised::lift).isInstanceOf(SQLException.class);
            }
            fence.reopen(context);
        }
        losing.arriveLate();
        assertThat(pair.source().query("app", "SHOW default_transaction_read_only"))
                .containsExactly("off");
    }

    /** Loses the first connection that closes the database, before or after the server has got to know of that. */
    private static final class Losing implements ServerConnections {
        private final ServerConnections real;
        private final boolean arrived;
        private final AtomicReference<@Nullable Statement> lost = new AtomicReference<>();
        private String sql = "";

        Losing(PostgresPair pair, boolean arrived) {
            Properties properties = new Properties();
            properties.setProperty("user", "postgres");
            properties.setProperty("password", "");
            properties.setProperty("ApplicationName", "godwit-lost");
            properties.setProperty("options", "-c default_transaction_read_only=off");
            this.real = ServerConnections.of(pair.sourceUrl(), properties);
            this.arrived = arrived;
        }

        @Override
        public Connection open() throws SQLException {
            Connection connection = real.open();
            return (Connection) Proxy.newProxyInstance(
                    Losing.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> of(connection, method, arguments));
        }

        @Override
        public Connection openReplication() {
            throw new UnsupportedOperationException();
        }

        private @Nullable Object of(Connection connection, Method method, @Nullable Object[] arguments)
                throws Throwable {
            Statement waiting = lost.get();
            if (waiting != null
                    && waiting.getConnection() == connection
                    && !List.of("unwrap", "close", "isClosed").contains(method.getName())) {
                throw new SQLException("This connection has been closed.", "08003");
            }
            Object result = call(connection, method, arguments);
            return result instanceof Statement made && method.getName().equals("createStatement")
                    ? statement(made)
                    : result;
        }

        private Object statement(Statement statement) {
            return Proxy.newProxyInstance(
                    Losing.class.getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("execute")
                                && arguments[0].toString().contains(" SET default_transaction_read_only")
                                && lost.compareAndSet(null, statement)) {
                            sql = arguments[0].toString();
                            if (arrived) {
                                statement.execute(sql);
                            }
                            throw new SQLException("An I/O error occurred", "08006");
                        }
                        if (method.getName().equals("close") && lost.get() == statement) {
                            return null;
                        }
                        return call(statement, method, arguments);
                    });
        }

        /** What was on its way for long reaches the server. */
        void arriveLate() throws SQLException {
            Statement waiting = lost.get();
            assertThat(waiting).isNotNull();
            if (!arrived) {
                assertThatThrownBy(() -> waiting.execute(sql)).isInstanceOf(SQLException.class);
            }
        }

        private static @Nullable Object call(Object object, Method method, @Nullable Object[] arguments)
                throws Throwable {
            try {
                return method.invoke(object, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
