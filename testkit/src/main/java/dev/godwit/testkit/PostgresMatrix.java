package dev.godwit.testkit;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link PostgresMatrixTest} does: one invocation for each pair, with servers of its versions. */
final class PostgresMatrix implements TestTemplateInvocationContextProvider {
    static final String PAIRS_PROPERTY = "godwit.testkit.pairs";

    /** One of the invocations. */
    private record Invocation(PostgresExtension extension, String source, String target)
            implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return "[" + index + "] " + source + " to " + target;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(extension);
        }
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return isMatrix(context);
    }

    /** Whether a test method is run once for each pair. */
    static boolean isMatrix(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), PostgresMatrixTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        PostgresMatrixTest test = AnnotationSupport.findAnnotation(
                        context.getRequiredTestMethod(), PostgresMatrixTest.class)
                .orElseThrow();
        if (TestServers.on(context.getRequiredTestMethod()).isPresent()) {
            throw new ExtensionConfigurationException(
                    context.getRequiredTestMethod()
                            + " has @PostgresMatrixTest, which says its servers, and another annotation that does: leave one out");
        }
        String configured = System.getProperty(PAIRS_PROPERTY);
        List<String> pairs = configured == null ? List.of(test.pairs()) : List.of(configured.split(","));
        return pairs.stream().map(pair -> {
            String[] versions = pair.strip().split(":");
            if (versions.length != 2) {
                throw new ExtensionConfigurationException("A pair of versions is written like 13:17, but one of "
                        + context.getDisplayName() + " is " + pair);
            }
            return new Invocation(
                    new PostgresExtension(new TestServers(List.of(versions), test.servers(), test.leakCheck())),
                    versions[0],
                    versions[1]);
        });
    }
}
