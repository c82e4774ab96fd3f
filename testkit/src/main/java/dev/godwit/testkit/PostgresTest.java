package dev.godwit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class, or one test method, one server with an empty database {@value PostgresPair#DATABASE}: as
 * {@link PostgresServer}, {@link javax.sql.DataSource} or {@link java.sql.Connection} parameters. In everything else like
 * {@link PostgresPairTest}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(PostgresExtension.class)
public @interface PostgresTest {
    /**
     * Major version of the server.
     *
     * @return {@code "9.6"} or {@code "10"} to {@code "18"}
     */
    String version();

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
