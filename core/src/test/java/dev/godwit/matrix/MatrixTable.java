package dev.godwit.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Writes the results of the matrix's tests, of all modules, as a table into one file: {@code MatrixTable <project> <file>}. What has no
 * result was not run.
 */
public final class MatrixTable {
    private static final String HEADER =
            "| cell | what | test | tests | failed | skipped | seconds |\n|---|---|---|---|---|---|---|\n";

    /**
     * What a class's report says.
     *
     * @param tests how many were run
     * @param failed how many of them failed, or ended in an error
     * @param skipped how many were left out
     * @param seconds what they took together
     */
    private record Result(int tests, int failed, int skipped, double seconds) {}

    private MatrixTable() {}

    /** See {@link MatrixTable}. */
    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(arguments[0]);
        Path file = Path.of(arguments[1]);
        String table = table(Cells.all(), Cells.tags(project), results(project));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, table);
        System.out.println(table);
    }

    private static String table(
            Map<String, String> cells, Map<String, List<String>> tags, Map<String, Result> results) {
        StringBuilder table = new StringBuilder(HEADER);
        cells.forEach((cell, what) -> tags.forEach((test, of) -> {
            if (of.contains(cell)) {
                Result result = results.get(test);
                table.append("| ")
                        .append(cell)
                        .append(" | ")
                        .append(what)
                        .append(" | ")
                        .append(test);
                table.append(
                        result == null
                                ? " | not run | | | |\n"
                                : String.format(
                                        Locale.ROOT,
                                        " | %d | %d | %d | %.1f |%n",
                                        result.tests(),
                                        result.failed(),
                                        result.skipped(),
                                        result.seconds()));
            }
        }));
        return table.toString();
    }

    private static Map<String, Result> results(Path project) throws Exception {
        Map<String, Result> results = new TreeMap<>();
        for (Path report : reports(project)) {
            Element suite = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
            String name = suite.getAttribute("name");
            results.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    new Result(
                            number(suite, "tests"),
                            number(suite, "failures") + number(suite, "errors"),
                            number(suite, "skipped"),
                            Double.parseDouble(suite.getAttribute("time").replace(",", ""))));
        }
        return results;
    }

    private static int number(Element suite, String attribute) {
        return Integer.parseInt(suite.getAttribute(attribute));
    }

    private static List<Path> reports(Path project) throws IOException {
        List<Path> reports = new ArrayList<>();
        try (Stream<Path> modules = Files.list(project)) {
            for (Path module : modules.toList()) {
                for (String kind : List.of("surefire-reports", "failsafe-reports")) {
                    Path directory = module.resolve("target").resolve(kind);
                    if (Files.isDirectory(directory)) {
                        try (Stream<Path> files = Files.list(directory)) {
                            files.filter(path -> path.getFileName().toString().matches("TEST-.*\\.xml"))
                                    .forEach(reports::add);
                        }
                    }
                }
            }
        }
        return reports;
    }
}
