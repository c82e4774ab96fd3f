package dev.godwit.testkit;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link PostgresPairTest} and {@link PostgresTest} do. */
final class PostgresExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PostgresExtension.class);

    /** What one test has got: a pair, or one server alone, and what to look at when it is over. */
    private record Fixture(
            @Nullable PostgresPair pair,
            PostgresServer source,
            PostgresServer target,
            LeakCheck leaks,
            boolean checked,
            List<Integer> logStarts,
            List<Connection> connections) {
        List<PostgresServer> servers() {
            return source == target ? List.of(source) : List.of(source, target);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        fixture(context);
    }

    /** Parameters of a constructor or of another extension's callback may be asked for before this one's turn. */
    private static Fixture fixture(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(context.getUniqueId(), id -> create(context), Fixture.class);
    }

    private static Fixture create(ExtensionContext context) {
        PostgresPairTest pairTest = find(context, PostgresPairTest.class).orElse(null);
        PostgresTest single = find(context, PostgresTest.class).orElse(null);
        if (pairTest != null && (single == null || onMethod(context, PostgresPairTest.class))) {
            PostgresPair pair = PostgresPair.shared(pairTest.source(), pairTest.target());
            return fixture(pair, pair.source(), pair.target(), pairTest.leakCheck());
        }
        if (single == null) {
            throw new ParameterResolutionException(
                    context.getDisplayName() + " has neither @PostgresPairTest nor @PostgresTest");
        }
        PostgresServer server = PostgresPair.sharedServer(single.version(), "");
        server.reset();
        server.createDatabase(PostgresPair.DATABASE);
        return fixture(null, server, server, single.leakCheck());
    }

    private static Fixture fixture(
            @Nullable PostgresPair pair, PostgresServer source, PostgresServer target, boolean checked) {
        List<Integer> starts = new ArrayList<>();
        starts.add(source.log().length());
        starts.add(target.log().length());
        LeakCheck leaks = source == target ? LeakCheck.begin(source) : LeakCheck.begin(source, target);
        return new Fixture(pair, source, target, leaks, checked, starts, new ArrayList<>());
    }

    private static boolean onMethod(ExtensionContext context, Class<? extends Annotation> type) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), type);
    }

    private static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
        Optional<A> found = AnnotationSupport.findAnnotation(context.getTestMethod(), type);
        for (Class<?> c = context.getRequiredTestClass(); found.isEmpty() && c != null; c = c.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(c, type);
        }
        return found;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent()
                && (type == PostgresPair.class
                        || type == PostgresServer.class
                        || type == DataSource.class
                        || type == Connection.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Fixture fixture = fixture(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == PostgresPair.class) {
            if (fixture.pair == null) {
                throw new ParameterResolutionException("A PostgresPair is for @PostgresPairTest only");
            }
            return fixture.pair;
        }
        PostgresServer server = side(parameter, fixture);
        if (type == PostgresServer.class) {
            return server;
        }
        if (type == DataSource.class) {
            return server.dataSource(PostgresPair.DATABASE);
        }
        try {
            Connection connection = server.connect(PostgresPair.DATABASE);
            fixture.connections.add(connection);
            return connection;
        } catch (SQLException e) {
            throw new ParameterResolutionException("Cannot connect to " + server, e);
        }
    }

    private static PostgresServer side(ParameterContext parameter, Fixture fixture) {
        boolean onSource = parameter.isAnnotated(OnSource.class);
        if (fixture.pair != null && onSource == parameter.isAnnotated(OnTarget.class)) {
            throw new ParameterResolutionException("Of two servers, say @OnSource or @OnTarget");
        }
        return onSource ? fixture.source : fixture.target;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Fixture fixture = context.getStore(NAMESPACE).remove(context.getUniqueId(), Fixture.class);
        if (fixture == null) {
            return;
        }
        for (Connection connection : fixture.connections) {
            connection.close();
        }
        try {
            if (fixture.checked && context.getExecutionException().isEmpty()) {
                fixture.leaks.assertNone();
            }
        } catch (AssertionError e) {
            keepLogs(context, fixture);
            throw e;
        }
        if (context.getExecutionException().isPresent()) {
            keepLogs(context, fixture);
        }
    }

    private static void keepLogs(ExtensionContext context, Fixture fixture) throws IOException {
        Path directory =
                Files.createDirectories(Path.of(System.getProperty("godwit.testkit.logs", "target/postgres-logs")));
        String test = context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName();
        for (int i = 0; i < fixture.servers().size(); i++) {
            PostgresServer server = fixture.servers().get(i);
            String side = fixture.pair == null ? "" : i == 0 ? "-source" : "-target";
            String log = server.log().substring(fixture.logStarts.get(i));
            Files.writeString(
                    directory.resolve(test + side + "-" + server.major() + ".log"), log, StandardCharsets.UTF_8);
        }
    }
}
