package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FailuresTest {
    private final Failures failures = new Failures();

    private static Failures.Step failing(Exception e) {
        return () -> {
            throw e;
        };
    }

    @Test
    void everyStepIsTriedAndTheFirstFailureCarriesTheOthers() {
        List<String> taken = new ArrayList<>();
        SQLException first = new SQLException("first");
        SQLException second = new SQLException("second");
        failures.attempt(() -> taken.add("one"));
        failures.attempt(failing(first));
        failures.attempt(() -> taken.add("two"));
        failures.attempt(failing(second));
        failures.attempt(failing(first));
        assertThat(taken).containsExactly("one", "two");
        assertThatThrownBy(failures::rethrow).isSameAs(first).hasSuppressedException(second);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void withoutAFailureNothingIsThrown() {
        failures.attempt(() -> {});
        assertThatCode(failures::rethrow).doesNotThrowAnyException();
        assertThatCode(failures::rethrowUnchecked).doesNotThrowAnyException();
    }

    @Test
    void anInterruptionBehindAnotherFailureIsNotForgotten() {
        SQLException first = new SQLException("first");
        failures.attempt(failing(first));
        failures.attempt(failing(new InterruptedException("second")));
        assertThatThrownBy(failures::rethrow).isSameAs(first);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsCheckedIsWrappedWhereNothingCheckedMayBeThrown() {
        SQLException first = new SQLException("first");
        failures.attempt(failing(first));
        assertThatThrownBy(failures::rethrowUnchecked)
                .isInstanceOf(IllegalStateException.class)
                .hasCause(first);
        Failures errors = new Failures();
        errors.attempt(() -> {
            throw new NoClassDefFoundError("com/example/Pooler");
        });
        assertThatThrownBy(errors::rethrowUnchecked).isInstanceOf(NoClassDefFoundError.class);
    }
}
