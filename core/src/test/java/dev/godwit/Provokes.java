package dev.godwit;

import dev.godwit.result.FindingCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which kinds of findings a test brings about; {@code ProvokedCodesTest} asks for all of them. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Provokes {
    FindingCode[] value();
}
