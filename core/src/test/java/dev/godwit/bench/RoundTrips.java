package dev.godwit.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts how often a connection's statements are executed; each time is one question to the server, and one answer. */
final class RoundTrips {
    private final AtomicInteger count = new AtomicInteger();

    Connection counting(Connection connection) {
        return proxy(Connection.class, connection);
    }

    int count() {
        return count.get();
    }

    private <T> T proxy(Class<T> type, T object) {
        return type.cast(Proxy.newProxyInstance(
                RoundTrips.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        count.incrementAndGet();
                    }
                    return counted(invoke(object, method, arguments));
                }));
    }

    @Nullable
    private Object counted(@Nullable Object result) {
        if (result instanceof PreparedStatement statement) {
            return proxy(PreparedStatement.class, statement);
        }
        return result instanceof Statement statement ? proxy(Statement.class, statement) : result;
    }

    @Nullable
    private static Object invoke(Object object, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
