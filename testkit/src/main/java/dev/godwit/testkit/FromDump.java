package dev.godwit.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Beside {@link PostgresPairTest}, {@link PostgresMatrixTest} or {@link PostgresTest}, on the class or the method: the source database,
 * or that of the single server, begins with what a dump holds. The dump is restored once per server and JVM; each test gets a copy of
 * that, which PostgreSQL makes from files in a moment. {@link DatabaseDump} says what a dump may be.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface FromDump {
    /**
     * The dump.
     *
     * @return name of a resource on the class path, such as {@code db/shop.sql}, also in a jar, else path of a file or directory
     */
    String value();
}
