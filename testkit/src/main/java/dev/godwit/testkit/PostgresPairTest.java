package dev.godwit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives each test of a class, or one test method, an empty source and target database: as a {@link PostgresPair} parameter, or as
 * {@link PostgresServer}, {@link javax.sql.DataSource} and {@link java.sql.Connection} parameters with {@link OnSource} and
 * {@link OnTarget}. It stands beside {@code @Test} or {@code @ParameterizedTest}; that of a method goes before that of its class.
 *
 * <p>Servers are started once per JVM and version and reset before each test. After each test that passed, what it left behind fails
 * it ({@link LeakCheck}); after one that failed, the servers' logs of its time are kept in {@code target/postgres-logs}, or where the
 * system property {@code godwit.testkit.logs} says.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(PostgresExtension.class)
@ResourceLock("dev.godwit.testkit.servers")
public @interface PostgresPairTest {
    /**
     * Major version to migrate from.
     *
     * @return {@code "9.6"} or {@code "10"} to {@code "18"}
     */
    String source();

    /**
     * Major version to migrate to.
     *
     * @return likewise
     */
    String target();

    /**
     * Whether leftovers fail the test.
     *
     * @return true by default
     */
    boolean leakCheck() default true;
}
