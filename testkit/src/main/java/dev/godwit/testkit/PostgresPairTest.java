package dev.godwit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class, or one test method, an empty source and target database: as a {@link PostgresPair} parameter, or as
 * {@link PostgresServer}, {@link javax.sql.DataSource} and {@link java.sql.Connection} parameters with {@link OnSource} and
 * {@link OnTarget}. It stands beside {@code @Test} or {@code @ParameterizedTest}; the nearest one counts, be it a pair or a
 * {@link PostgresTest single server}: that of the method, else of its class, else of the class around that.
 *
 * <p>Servers are started once per JVM and version ({@link ServerKind} says where they come from) and reset before each test. Tests that
 * JUnit runs at the same time never share a server: one that asks for a version in use waits, unless the system property
 * {@code godwit.testkit.parallel} allows more servers of a version.
 *
 * <p>After each test that passed, what it left behind fails it ({@link LeakCheck}). After one that failed, the servers' logs of its time
 * are kept in {@code target/postgres-logs}, or where the system property {@code godwit.testkit.logs} says, and of the first three failures,
 * or as many as {@code godwit.testkit.keep} says, the servers' directories; the failure names them. A directory is looked into by
 * starting a server on it ({@link PostgresServerBuilder#directory}); that of a server in a container holds the data packed, as
 * {@code data.tar}, for a server of the same image.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(PostgresExtension.class)
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
