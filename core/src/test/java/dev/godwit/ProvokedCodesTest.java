package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.godwit.result.FindingCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every kind of finding is brought about by some test; that none is found where nothing is wrong is asserted in most of them. */
final class ProvokedCodesTest {

    @Test
    void everyCodeIsProvokedByATest() {
        JavaClasses tests = new ClassFileImporter().importPackages("dev.godwit");
        Set<FindingCode> provoked = EnumSet.noneOf(FindingCode.class);
        for (JavaClass test : tests) {
            for (JavaMethod method : test.getMethods()) {
                if (method.isAnnotatedWith(Provokes.class)
                        && (method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class))) {
                    provoked.addAll(
                            List.of(method.getAnnotationOfType(Provokes.class).value()));
                }
            }
        }
        assertThat(EnumSet.complementOf(EnumSet.copyOf(provoked)))
                .as("codes that no test provokes")
                .isEmpty();
    }
}
