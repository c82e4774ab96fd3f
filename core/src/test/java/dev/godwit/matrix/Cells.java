package dev.godwit.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The matrix's cells, and which test classes of all modules bear their tags. */
final class Cells {
    private static final List<String> MODULES = List.of("testkit", "schema", "replication", "core");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z][0-9]+)\"\\)");

    private Cells() {}

    /** Gives what each cell is about, in the matrix's order. */
    static Map<String, String> all() {
        Map<String, String> cells = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(Cells.class.getResourceAsStream("cells.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .forEach(parts -> cells.put(parts[0], parts[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cells;
    }

    /**
     * Reads the tags from the sources, since no module has the test classes of all others.
     *
     * @param project the directory of the whole project
     * @return the tags by the simple names of the classes
     */
    static Map<String, List<String>> tags(Path project) throws IOException {
        Map<String, List<String>> tags = new TreeMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(project.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    List<String> found = TAG.matcher(Files.readString(file))
                            .results()
                            .map(result -> result.group(1))
                            .distinct()
                            .toList();
                    if (!found.isEmpty()) {
                        tags.put(file.getFileName().toString().replace(".java", ""), found);
                    }
                }
            }
        }
        return tags;
    }
}
