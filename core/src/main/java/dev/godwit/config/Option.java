package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An option of a builder, as a task file has it. One instance for each option there is.
 *
 * @param <B> the builder
 * @param <O> what it builds
 * @param <V> the option's type
 */
final class Option<B, O, V> {
    private final String name;
    private final Class<V> type;
    private final Form<V> form;
    private final BiConsumer<B, V> setter;
    private final Function<O, @Nullable V> getter;

    Option(String name, Class<V> type, Form<V> form, BiConsumer<B, V> setter, Function<O, @Nullable V> getter) {
        this.name = name;
        this.type = type;
        this.form = form;
        this.setter = setter;
        this.getter = getter;
    }

    /** Gives the name, which is that of the builder's method. */
    String name() {
        return name;
    }

    Form<V> form() {
        return form;
    }

    void set(B builder, Object value) {
        setter.accept(builder, type.cast(value));
    }

    /** Gives the value; null for one that has no default and was not set. */
    @Nullable
    Object get(O options) {
        return getter.apply(options);
    }

    /** Gives the value if it is another than the default. */
    Optional<Object> changed(O options, O defaults) {
        V value = getter.apply(options);
        return value == null || Objects.equals(value, getter.apply(defaults)) ? Optional.empty() : Optional.of(value);
    }

    void write(JsonGenerator out, Object value) throws IOException {
        out.writeFieldName(name);
        form.write(out, type.cast(value));
    }
}
