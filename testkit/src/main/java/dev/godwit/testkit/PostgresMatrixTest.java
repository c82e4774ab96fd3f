package dev.godwit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * In the place of {@code @Test}: runs a test method once for each pair of versions, everything else like {@link PostgresPairTest}. It
 * goes before what its class asks for. The system property {@code godwit.testkit.pairs}, such as {@code 9.6:18,12:18}, replaces the pairs
 * of all these tests.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@TestTemplate
@ExtendWith(PostgresMatrix.class)
public @interface PostgresMatrixTest {
    /**
     * The pairs, each as the version to migrate from, a colon and the version to migrate to.
     *
     * @return for example {@code {"13:17", "10:18"}}
     */
    String[] pairs();

    /**
     * Where the servers come from.
     *
     * @return as configured by default
     */
    ServerKind servers() default ServerKind.CONFIGURED;

    /**
     * Whether leftovers fail the test.
     *
     * @return true by default
     */
    boolean leakCheck() default true;
}
