package dev.godwit.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README at the top of the repository, as tests read it. */
public record Readme(String text) {
    private static final Pattern SNIPPET =
            Pattern.compile("<!-- snippet: (\\w+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("( *)// docs:begin (\\w+)\n(.*?) *// docs:end \\2\n", Pattern.DOTALL);

    /** Reads it; tests run in the directory of their module. */
    public static Readme read() {
        return new Readme(contents(Path.of("../README.md")));
    }

    private static String contents(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> snippets() {
        Map<String, String> snippets = new LinkedHashMap<>();
        Matcher matcher = SNIPPET.matcher(text);
        while (matcher.find()) {
            snippets.put(matcher.group(1), matcher.group(2));
        }
        return snippets;
    }

    long javaBlocks() {
        return text.lines().filter("```java"::equals).count();
    }

    /** The regions of the tests that the snippets are taken from. */
    static Map<String, String> regions() {
        Map<String, String> regions = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/java/dev/godwit/docs"))) {
            for (Path file : files.sorted().toList()) {
                Matcher matcher = REGION.matcher(contents(file));
                while (matcher.find()) {
                    // Without the last line's end: a text block's last line, though empty, would count as not indented.
                    regions.put(
                            matcher.group(2), matcher.group(3).stripTrailing().stripIndent() + "\n");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return regions;
    }

    /** The text from one headline to the next of the same or a higher level. */
    String section(String headline) {
        int level = headline.indexOf(' ');
        Matcher matcher = Pattern.compile(
                        "^" + Pattern.quote(headline) + "$(.*?)(?=^#{1," + level + "} |\\z)",
                        Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("README.md has no headline '" + headline + "'");
        }
        return matcher.group(1);
    }

    /** The first cells of a section's tables, without the quotes of code. */
    List<String> firstCells(String headline) {
        return section(headline)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    /** A cell in the row of an option. */
    public String cell(String headline, String option, int column) {
        return section(headline)
                .lines()
                .filter(line -> line.startsWith("| `" + option + "` "))
                .map(line -> line.split(" *\\| *", -1)[column + 1])
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("README.md, " + headline + ", has no row for " + option));
    }
}
