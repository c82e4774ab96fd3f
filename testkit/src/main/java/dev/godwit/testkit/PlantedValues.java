package dev.godwit.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Values that tests plant where nobody may show them, and the search for them in what tests have logged.
 *
 * <p>{@link #PARAMETER} is in the connection strings of every {@link PostgresPair}, {@link #ROW} in rows of every
 * {@link WriteWorkload}; a test that provokes a failure plants {@link #PASSWORD} and {@link #ROW} itself. {@link #main} searches log
 * files, reports included, for all of them. Safe for use by any thread.
 */
public final class PlantedValues {
    /** For passwords. */
    public static final String PASSWORD = "godwit-secret-9f27c1";

    /** For a parameter of a connection string, which is to be shown no more than a password. */
    public static final String PARAMETER = "godwit-parameter-4be8d0";

    /** For values of rows. */
    public static final String ROW = "godwit-row-63ad5e";

    private static final List<String> ALL = List.of(PASSWORD, PARAMETER, ROW);
    private static final int EXCERPT = 300;

    private PlantedValues() {}

    /**
     * Gives those planted values that a text holds, as they are or as the hexadecimal digits of their bytes.
     *
     * @param text what to search
     * @return the values
     */
    public static List<String> in(String text) {
        return ALL.stream()
                .filter(value -> text.contains(value) || text.contains(hexadecimal(value)))
                .toList();
    }

    private static String hexadecimal(String value) {
        StringBuilder digits = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            digits.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
        }
        return digits.toString();
    }

    /**
     * Searches the files of directories.
     *
     * @param directories the directories; one that does not exist holds nothing
     * @return a line for each line of a file that holds a planted value
     * @throws IOException if a file cannot be read
     */
    public static List<String> search(List<Path> directories) throws IOException {
        List<String> hits = new ArrayList<>();
        for (Path file : files(directories)) {
            // Whatever else the bytes are, those of a planted value are themselves.
            try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                lines.filter(line -> !in(line).isEmpty())
                        .forEach(line -> hits.add(file + ": " + line.substring(0, Math.min(EXCERPT, line.length()))));
            }
        }
        return hits;
    }

    private static List<Path> files(List<Path> directories) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> inside = Files.walk(directory)) {
                    inside.filter(Files::isRegularFile).sorted().forEach(files::add);
                }
            }
        }
        return files;
    }

    /**
     * Searches what a module's tests have logged; ends with exit code 1 if a planted value is in it.
     *
     * @param directories the directories to search; of the first, which holds logs only, what was searched is deleted
     * @throws IOException if a file cannot be read or deleted
     */
    public static void main(String[] directories) throws IOException {
        System.exit(run(Stream.of(directories).map(Path::of).toList(), System.err) ? 0 : 1);
    }

    static boolean run(List<Path> directories, PrintStream out) throws IOException {
        List<String> hits = search(directories);
        if (!hits.isEmpty()) {
            out.println("Tests have logged what nobody may show (" + hits.size() + " lines):");
            hits.forEach(out::println);
        }
        for (Path log : files(directories.subList(0, Math.min(1, directories.size())))) {
            Files.delete(log);
        }
        return hits.isEmpty();
    }
}
