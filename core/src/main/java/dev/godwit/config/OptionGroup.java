package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of one builder.
 *
 * @param <B> the builder
 * @param <O> what it builds
 */
final class OptionGroup<B, O> {
    /** What a builder says before "must", and the value after it. */
    private static final Pattern SUBJECT = Pattern.compile("^\\w+(?:: |\\.)\\w+ (?=must )");

    private static final Pattern OBSERVED = Pattern.compile(", not [^,]*$");

    private final String name;
    private final Supplier<B> builder;
    private final Function<B, O> build;
    private final List<Option<B, O, ?>> options;

    OptionGroup(String name, Supplier<B> builder, Function<B, O> build, List<Option<B, O, ?>> options) {
        this.name = name;
        this.builder = builder;
        this.build = build;
        this.options = options;
    }

    String name() {
        return name;
    }

    List<Option<B, O, ?>> options() {
        return options;
    }

    /** Reads the group's object. Each value is given to a builder of its own, so that its range is the builder's. */
    void read(JsonValue value, String path, Problems problems, Map<Option<?, ?, ?>, Object> into) {
        Fields fields = Fields.of(
                value, path, problems, options.stream().map(Option::name).toList());
        if (fields == null) {
            return;
        }
        for (Option<B, O, ?> option : options) {
            Object read = fields.read(option.name(), option.form());
            if (read != null) {
                try {
                    B alone = builder.get();
                    option.set(alone, read);
                    requireFit(alone);
                    into.put(option, read);
                } catch (IllegalArgumentException e) {
                    fields.problem(option.name(), refusal(e, fields.value(option.name())));
                }
            }
        }
    }

    /** Builds, since only that tells whether values are in range. */
    private void requireFit(B filled) {
        Objects.requireNonNull(build.apply(filled));
    }

    private static String refusal(IllegalArgumentException e, @Nullable JsonValue written) {
        String rule = SUBJECT.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        String observed = written instanceof JsonValue.Scalar scalar ? Problems.shown(scalar.text()) : "this";
        return OBSERVED.matcher(rule).replaceFirst("") + ", not " + observed;
    }

    /** Gives a builder in which the options of the group are set. */
    B builder(Map<Option<?, ?, ?>, Object> values) {
        B filled = builder.get();
        for (Option<B, O, ?> option : options) {
            Object value = values.get(option);
            if (value != null) {
                option.set(filled, value);
            }
        }
        return filled;
    }

    /** Gives what the builder makes of options. */
    O builtFrom(Map<Option<?, ?, ?>, Object> values) {
        return build.apply(builder(values));
    }

    /** Writes a member with those of the values that are of this group; none if there are none. */
    void write(JsonGenerator out, Map<Option<?, ?, ?>, Object> values) throws IOException {
        List<Option<B, O, ?>> given =
                options.stream().filter(values::containsKey).toList();
        if (!given.isEmpty()) {
            out.writeObjectFieldStart(name);
            for (Option<B, O, ?> option : given) {
                option.write(out, Objects.requireNonNull(values.get(option)));
            }
            out.writeEndObject();
        }
    }

    /** Puts in what differs from the defaults. */
    void collect(O built, Map<Option<?, ?, ?>, Object> into) {
        O defaults = builtFrom(Map.of());
        options.forEach(option -> option.changed(built, defaults).ifPresent(value -> into.put(option, value)));
    }
}
