package dev.godwit.matrix;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A part of a cell that has many cases: with {@code -Dgodwit.part=2/6} the second of six, which together are all. Everything without it.
 */
public final class Part {
    private static final String PROPERTY = "godwit.part";

    private Part() {}

    /** Gives the cases of the part that is wanted, in their order: neighbours are in different parts, so that all take equally long. */
    public static <T> List<T> of(List<T> all) {
        return of(all, System.getProperty(PROPERTY, "1/1"));
    }

    static <T> List<T> of(List<T> all, String part) {
        if (!part.matches("[1-9]\\d{0,3}/[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException(
                    "-D" + PROPERTY + "=" + part + ": must be like 2/6, the second of six parts");
        }
        int number = Integer.parseInt(part.substring(0, part.indexOf('/')));
        int parts = Integer.parseInt(part.substring(part.indexOf('/') + 1));
        if (number > parts) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + part + ": there are only " + parts + " parts");
        }
        return IntStream.range(0, all.size())
                .filter(i -> i % parts == number - 1)
                .mapToObj(all::get)
                .toList();
    }
}
