package dev.godwit.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms of values. */
final class Forms {
    static final Form<String> TEXT = new TextForm();
    static final Form<Boolean> BOOLEAN = new BooleanForm();

    /** Beyond its type's range the nearest that there is; every option refuses that. */
    static final Form<Integer> INTEGER = new IntegerForm();

    static final Form<Long> COUNT = new CountForm();

    /** Bytes: a number, or a text such as {@code 256MiB}. */
    static final Form<Long> SIZE = new SizeForm();

    /** Such as {@code 500ms}, {@code 5s}, {@code 30min}, {@code 2h}, {@code 1d}, or as ISO 8601 has it. */
    static final Form<Duration> DURATION = new DurationForm();

    /** A file or directory; a relative one is that of the process, as everywhere in Java. */
    static final Form<Path> PATH = new PathForm();

    private static final Map<String, Long> SIZES =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");

    private Forms() {}

    /** The names of an enum's constants. */
    static <E extends Enum<E>> Form<E> oneOf(Class<E> type) {
        return new EnumForm<>(type);
    }

    private static String text(JsonValue value, String what) {
        if (value instanceof JsonValue.Scalar scalar && scalar.type() == JsonValue.Type.TEXT) {
            return scalar.text();
        }
        throw new IllegalArgumentException("must be " + what + ", not " + value.kind());
    }

    private static BigInteger whole(JsonValue value) {
        if (!(value instanceof JsonValue.Scalar scalar) || scalar.type() != JsonValue.Type.NUMBER) {
            throw new IllegalArgumentException("must be a whole number, not " + value.kind());
        }
        if (!WHOLE.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException(
                    "must be a whole number without point and exponent, not " + Problems.shown(scalar.text()));
        }
        return new BigInteger(scalar.text());
    }

    private static long toLong(BigInteger number) {
        if (number.bitLength() >= Long.SIZE) {
            throw new IllegalArgumentException("must be at most " + Long.MAX_VALUE + ", and no such number as this");
        }
        return number.longValue();
    }

    private static final class TextForm implements Form<String> {
        @Override
        public String read(JsonValue value) {
            return text(value, "a text");
        }

        @Override
        public void write(JsonGenerator out, String value) throws IOException {
            out.writeString(value);
        }
    }

    private static final class PathForm implements Form<Path> {
        @Override
        public Path read(JsonValue value) {
            String text = text(value, "a path");
            if (text.isBlank()) {
                throw new IllegalArgumentException("must be a path, not blank");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(
                        "must be a path of this system, not '" + Problems.shown(text) + "'", e);
            }
        }

        @Override
        public void write(JsonGenerator out, Path value) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class BooleanForm implements Form<Boolean> {
        @Override
        public Boolean read(JsonValue value) {
            if (value instanceof JsonValue.Scalar scalar && scalar.type() == JsonValue.Type.BOOLEAN) {
                return scalar.text().equals("true");
            }
            throw new IllegalArgumentException("must be true or false, not " + value.kind());
        }

        @Override
        public void write(JsonGenerator out, Boolean value) throws IOException {
            out.writeBoolean(value);
        }
    }

    private static final class IntegerForm implements Form<Integer> {
        @Override
        public Integer read(JsonValue value) {
            return whole(value)
                    .min(BigInteger.valueOf(Integer.MAX_VALUE))
                    .max(BigInteger.valueOf(Integer.MIN_VALUE))
                    .intValue();
        }

        @Override
        public void write(JsonGenerator out, Integer value) throws IOException {
            out.writeNumber(value);
        }
    }

    private static final class CountForm implements Form<Long> {
        @Override
        public Long read(JsonValue value) {
            return toLong(whole(value));
        }

        @Override
        public void write(JsonGenerator out, Long value) throws IOException {
            out.writeNumber(value);
        }
    }

    private static final class SizeForm implements Form<Long> {
        private static final Pattern SIZE = Pattern.compile("([0-9]{1,19}) ?(B|KiB|MiB|GiB|TiB)");

        @Override
        public Long read(JsonValue value) {
            if (value instanceof JsonValue.Scalar scalar && scalar.type() == JsonValue.Type.NUMBER) {
                return toLong(whole(value));
            }
            String text = text(value, "a number of bytes or a text such as \"256MiB\"");
            Matcher matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "must be a number of bytes or a text such as \"256MiB\" (B, KiB, MiB, GiB, TiB), not '"
                                + Problems.shown(text) + "'");
            }
            return toLong(new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit(matcher.group(2)))));
        }

        private static long unit(String name) {
            return SIZES.getOrDefault(name, 1L);
        }

        @Override
        public void write(JsonGenerator out, Long value) throws IOException {
            for (String name : List.of("TiB", "GiB", "MiB", "KiB")) {
                if (value > 0 && value % unit(name) == 0) {
                    out.writeString(value / unit(name) + name);
                    return;
                }
            }
            out.writeNumber(value);
        }
    }

    private static final class DurationForm implements Form<Duration> {
        private static final Pattern SHORT = Pattern.compile("([0-9]{1,18}) ?(ms|s|min|h|d)");
        private static final Pattern ISO = Pattern.compile(
                "P(?=.)([0-9]{1,18}D)?(T(?=[0-9])([0-9]{1,18}H)?([0-9]{1,18}M)?([0-9]{1,18}(\\.[0-9]{1,9})?S)?)?");

        @Override
        public Duration read(JsonValue value) {
            String expected = "a duration such as \"5s\" (ms, s, min, h, d) or \"PT5S\"";
            String text = text(value, expected);
            try {
                Matcher matcher = SHORT.matcher(text);
                if (matcher.matches()) {
                    return of(Long.parseLong(matcher.group(1)), matcher.group(2));
                }
                if (ISO.matcher(text).matches()) {
                    return Duration.parse(text);
                }
            } catch (ArithmeticException | DateTimeException e) {
                throw new IllegalArgumentException("must be a duration that a clock can add", e);
            }
            throw new IllegalArgumentException("must be " + expected + ", not '" + Problems.shown(text) + "'");
        }

        private static Duration of(long number, String unit) {
            return switch (unit) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "min" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }

        @Override
        public void write(JsonGenerator out, Duration value) throws IOException {
            if (value.toNanosPart() % 1_000_000 != 0) {
                out.writeString(value.toString());
            } else if (value.toNanosPart() != 0) {
                out.writeString(value.toMillis() + "ms");
            } else if (value.toSeconds() % 60 != 0 || value.isZero()) {
                out.writeString(value.toSeconds() + "s");
            } else if (value.toSeconds() % 3600 != 0) {
                out.writeString(value.toMinutes() + "min");
            } else if (value.toSeconds() % 86_400 != 0) {
                out.writeString(value.toHours() + "h");
            } else {
                out.writeString(value.toDays() + "d");
            }
        }
    }

    private static final class EnumForm<E extends Enum<E>> implements Form<E> {
        private final List<E> constants;

        EnumForm(Class<E> type) {
            this.constants = Arrays.asList(type.getEnumConstants());
        }

        @Override
        public E read(JsonValue value) {
            String names = constants.stream().map(Enum::name).collect(Collectors.joining(", "));
            String text = text(value, "one of the texts " + names);
            return constants.stream()
                    .filter(constant -> constant.name().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "must be one of " + names + ", not '" + Problems.shown(text) + "'"));
        }

        @Override
        public void write(JsonGenerator out, E value) throws IOException {
            out.writeString(value.name());
        }
    }
}
