package dev.godwit.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
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
    /** What the nearest annotation says: on the method, else on its class or what that extends, else on an enclosing class. */
    static TestServers of(ExtensionContext context) {
        return places(context).stream()
                .map(TestServers::on)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new ParameterResolutionException(
                        context.getDisplayName() + " has neither @PostgresPairTest nor @PostgresTest"));
    }

    /** What is said right there. */
    static Optional<TestServers> on(AnnotatedElement place) {
        Optional<TestServers> pair = declared(place, PostgresPairTest.class)
                .map(test -> new TestServers(List.of(test.source(), test.target()), test.servers(), test.leakCheck()));
        Optional<TestServers> single = declared(place, PostgresTest.class)
                .map(test -> new TestServers(List.of(test.version()), test.servers(), test.leakCheck()));
        if (pair.isPresent() && single.isPresent()) {
            throw new ExtensionConfigurationException(place
                    + " has both @PostgresPairTest and @PostgresTest, which ask for other servers: leave one out");
        }
        return pair.or(() -> single);
    }

    /** Where annotations may stand, the nearest first. */
    private static Set<AnnotatedElement> places(ExtensionContext context) {
        Set<AnnotatedElement> places = new LinkedHashSet<>();
        context.getTestMethod().ifPresent(places::add);
        for (Class<?> c = context.getRequiredTestClass(); c != null; c = c.getEnclosingClass()) {
            addWithInherited(places, c);
        }
        return places;
    }

    private static void addWithInherited(Set<AnnotatedElement> places, @Nullable Class<?> type) {
        if (type != null && type != Object.class) {
            places.add(type);
            addWithInherited(places, type.getSuperclass());
            for (Class<?> each : type.getInterfaces()) {
                addWithInherited(places, each);
            }
        }
    }

    /** One that stands there itself, or on an annotation there. */
    private static <A extends Annotation> Optional<A> declared(AnnotatedElement place, Class<A> type) {
        A direct = place.getDeclaredAnnotation(type);
        return direct != null
                ? Optional.of(direct)
                : Stream.of(place.getDeclaredAnnotations())
                        .map(annotation -> AnnotationSupport.findAnnotation(annotation.annotationType(), type))
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
        Optional<A> found = AnnotationSupport.findAnnotation(context.getTestMethod(), type);
        for (Class<?> c = context.getRequiredTestClass(); found.isEmpty() && c != null; c = c.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(c, type);
        }
        return found;
    }
}
