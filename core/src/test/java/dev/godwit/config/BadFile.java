package dev.godwit.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A task file that is refused.
 *
 * @param title what is wrong with it
 * @param text the file
 * @param expected the problems
 */
record BadFile(String title, String text, List<Expected> expected) {
    static final String SERVERS = "\"source\": {\"serverName\": \"old\"}, \"target\": {\"serverName\": \"new\"}";

    private static final String MARKS = "⓪①②③④⑤⑥⑦⑧⑨";

    /** A problem: where, of which field, and a part of what is said. */
    record Expected(int line, int column, String path, String part) {}

    /** Reads them from the resource that holds them all. */
    static List<BadFile> all() {
        try (InputStream in = Objects.requireNonNull(BadFile.class.getResourceAsStream("bad-task-files.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<BadFile> files = new ArrayList<>();
            String[] parts = text.split("(?m)^== ");
            for (int i = 1; i < parts.length; i++) {
                files.add(parse(parts[i]));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BadFile parse(String part) {
        List<String> lines = new ArrayList<>(part.stripTrailing().lines().toList());
        String title = lines.remove(0);
        List<String> problems = new ArrayList<>();
        // The last lines that begin with a mark and a path are no part of the file, whose own last line never does.
        while (lines.get(lines.size() - 1).matches("[" + MARKS + "] .*")) {
            problems.add(lines.remove(lines.size() - 1));
        }
        String marked = String.join("\n", lines)
                .replace("$SERVERS", SERVERS)
                .replace("«BOM»", "\uFEFF")
                .replace("«NUL»", "\0")
                .replace("«TAB»", "\t");
        return new BadFile(
                title,
                marked.replaceAll("[" + MARKS + "]", ""),
                problems.stream()
                        .map(problem -> expected(title, problem, marked))
                        .toList());
    }

    private static Expected expected(String title, String problem, String marked) {
        int colon = problem.indexOf(": ");
        String path = problem.substring(2, colon);
        String part = problem.substring(colon + 2);
        char mark = problem.charAt(0);
        if (mark == '⓪') {
            return new Expected(0, 0, path, part);
        }
        int at = marked.indexOf(mark);
        if (at < 0) {
            throw new IllegalArgumentException("'" + title + "' has no mark " + mark);
        }
        String before = marked.substring(0, at).replaceAll("[" + MARKS + "]", "");
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Expected(line, before.length() - before.lastIndexOf('\n'), path, part);
    }

    @Override
    public String toString() {
        return title;
    }
}
