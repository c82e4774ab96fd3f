package dev.godwit.testkit;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The servers that a test asks for.
 *
 * @param majors versions: of source and target, or of the single server
 * @param kind where they come from
 * @param leakCheck whether leftovers fail the test
 */
record TestServers(List<String> majors, ServerKind kind, boolean leakCheck) {
    /** What the annotations say; that of a method goes before that of its class, and that before one of an enclosing class. */
    static TestServers of(ExtensionContext context) {
        PostgresPairTest pair = find(context, PostgresPairTest.class).orElse(null);
        PostgresTest single = find(context, PostgresTest.class).orElse(null);
        if (pair != null && (single == null || onMethod(context, PostgresPairTest.class))) {
            return new TestServers(List.of(pair.source(), pair.target()), pair.servers(), pair.leakCheck());
        }
        if (single == null) {
            throw new ParameterResolutionException(
                    context.getDisplayName() + " has neither @PostgresPairTest nor @PostgresTest");
        }
        return new TestServers(List.of(single.version()), single.servers(), single.leakCheck());
    }

    private static boolean onMethod(ExtensionContext context, Class<? extends Annotation> type) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), type);
    }

    static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
        Optional<A> found = AnnotationSupport.findAnnotation(context.getTestMethod(), type);
        for (Class<?> c = context.getRequiredTestClass(); found.isEmpty() && c != null; c = c.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(c, type);
        }
        return found;
    }
}
