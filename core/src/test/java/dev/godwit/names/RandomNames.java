package dev.godwit.names;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Makes names of whatever a server takes between quotes, none twice. Used by one thread. */
final class RandomNames {
    private static final int MAX_BYTES = 63;

    private static final List<String> PIECES = List.of(
            "\"",
            "\"\"",
            "'",
            "''",
            "\\",
            "\\\\",
            ".",
            "..",
            "%",
            "%s",
            "%I",
            "$1",
            "$$",
            "?",
            "??",
            ":a",
            "{",
            "{fn x}",
            "}",
            "\n",
            "\t",
            "\r",
            " ",
            "  ",
            "--",
            "/*",
            "*/",
            ";",
            "; DROP TABLE bystander; --",
            "\"; DROP TABLE bystander; --",
            "'; DROP TABLE bystander; --",
            "select",
            "USER",
            "table",
            "null",
            "NULL",
            "true",
            "_",
            "*",
            "(",
            ")",
            ",",
            "=",
            "@",
            "#",
            "&",
            "ü",
            "Ä",
            "ß",
            "漢字",
            "\uD83D\uDC18",
            "e\u0301",
            "\u00E9",
            "\u200B",
            "\u05D0",
            "İ",
            "ı",
            "a",
            "B",
            "z9",
            "0",
            "E'",
            "U&\"",
            "[1]",
            "::regclass",
            "<null>",
            "\u0001",
            "\u007F");

    private final Random random;
    private final Set<String> taken = new HashSet<>();

    RandomNames(Random random) {
        this.random = random;
    }

    /** One that looks like an earlier one sometimes, and is of the greatest length sometimes. */
    String next(List<String> earlier) {
        String name;
        do {
            name = earlier.isEmpty() || random.nextInt(3) > 0
                    ? made()
                    : like(earlier.get(random.nextInt(earlier.size())));
        } while (name.isEmpty() || name.startsWith("pg_") || !taken.add(name));
        return name;
    }

    private String made() {
        StringBuilder name = new StringBuilder();
        int pieces = random.nextInt(6) == 0 ? MAX_BYTES : 1 + random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            name.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return cut(name.toString());
    }

    private String like(String other) {
        return cut(
                switch (random.nextInt(6)) {
                    case 0 -> other.toUpperCase(Locale.ROOT);
                    case 1 -> other.toLowerCase(Locale.ROOT);
                    case 2 -> other + " ";
                    case 3 -> " " + other;
                    case 4 -> other.replace("\"", "\"\"");
                    default -> '"' + other + '"';
                });
    }

    /** As the server would, but that it keeps to whole characters. */
    private static String cut(String name) {
        StringBuilder kept = new StringBuilder();
        int bytes = 0;
        for (int point : name.codePoints().toArray()) {
            bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                break;
            }
            kept.appendCodePoint(point);
        }
        return kept.toString();
    }
}
