package dev.godwit.matrix;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Of the tests of this class, each invocation counted, a build runs one of so many, and begins at random: builds that follow one
 * another run all of them. That is {@code -Dgodwit.sample=any}; a number repeats a choice. Without it all are run, as who asks for
 * some tests alone and the profile {@code matrix} do.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SampleCondition.class)
public @interface Sampled {
    /** The build runs one of that many. */
    int oneOf();
}
