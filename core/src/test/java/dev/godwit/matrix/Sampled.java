package dev.godwit.matrix;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Of the tests of this class, each invocation counted, a build runs one of so many, and begins at random: builds that follow one
 * another run all of them. {@code -Dgodwit.sample=all} runs all, as the profile {@code matrix} does; a number repeats a choice.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SampleCondition.class)
public @interface Sampled {
    /** The build runs one of that many. */
    int oneOf();
}
