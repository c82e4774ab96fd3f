package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** What {@link PostgresPairTest}, {@link PostgresMatrixTest} and {@link PostgresTest} do. */
final class PostgresExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PostgresExtension.class);

    private static final Pattern INVOCATION = Pattern.compile("#(\\d+)]$");

    /** What was asked for in another way than by annotations of this test; null: what these say. */
    private final @Nullable TestServers wanted;

    /** For JUnit. */
    PostgresExtension() {
        this.wanted = null;
    }

    PostgresExtension(TestServers wanted) {
        this.wanted = wanted;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (isResponsible(context)) {
            fixture(context);
        }
    }

    /** A class's annotation brings an extension for its matrix tests, too, which have one of their own for each pair. */
    private boolean isResponsible(ExtensionContext context) {
        return wanted != null || !PostgresMatrix.isMatrix(context);
    }

    /** Parameters of a constructor or of another extension's callback may be asked for before this one's turn. */
    private TestFixture fixture(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(context.getUniqueId(), id -> create(context), TestFixture.class);
    }

    private TestFixture create(ExtensionContext context) {
        Optional<DatabaseDump> dump =
                TestServers.find(context, FromDump.class).map(from -> DatabaseDump.of(from.value()));
        return TestFixture.open(wanted != null ? wanted : TestServers.of(context), dump);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent()
                && isResponsible(context)
                && (type == PostgresPair.class
                        || type == PostgresServer.class
                        || type == DataSource.class
                        || type == Connection.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestFixture fixture = fixture(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == PostgresPair.class) {
            return fixture.pair()
                    .orElseThrow(
                            () -> new ParameterResolutionException("A PostgresPair is for @PostgresPairTest only"));
        }
        PostgresServer server = side(parameter, fixture);
        if (type == PostgresServer.class) {
            return server;
        }
        if (type == DataSource.class) {
            return server.dataSource(PostgresPair.DATABASE);
        }
        try {
            return fixture.connect(server);
        } catch (SQLException e) {
            throw new ParameterResolutionException("Cannot connect to " + server, e);
        }
    }

    private static PostgresServer side(ParameterContext parameter, TestFixture fixture) {
        boolean onSource = parameter.isAnnotated(OnSource.class);
        if (fixture.pair().isPresent() && onSource == parameter.isAnnotated(OnTarget.class)) {
            throw new ParameterResolutionException("Of two servers, say @OnSource or @OnTarget");
        }
        return onSource ? fixture.source() : fixture.target();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!isResponsible(context)) {
            return;
        }
        TestFixture fixture = context.getStore(NAMESPACE).remove(context.getUniqueId(), TestFixture.class);
        if (fixture != null) {
            fixture.close(name(context), failure(context));
        }
    }

    /** A test that was given up because an assumption does not hold has not failed. */
    private static @Nullable Throwable failure(ExtensionContext context) {
        return context.getExecutionException()
                .filter(failure -> !(failure instanceof TestAbortedException))
                .orElse(null);
    }

    private static String name(ExtensionContext context) {
        Matcher invocation = INVOCATION.matcher(context.getUniqueId());
        return context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName() + (invocation.find() ? "-" + invocation.group(1) : "");
    }
}
