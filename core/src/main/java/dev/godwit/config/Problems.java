package dev.godwit.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the files of a task. Used by one thread. */
final class Problems {
    private static final int LONGEST = 60;
    private static final int LONGEST_MESSAGE = 400;

    private final List<TaskFileProblem> found = new ArrayList<>();

    void add(Place place, String path, String message) {
        found.add(new TaskFileProblem(place.file(), place.line(), place.column(), path, message));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Throws all of them, in the order of the files and within each in that of its lines. */
    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        List<String> files =
                found.stream().map(TaskFileProblem::file).distinct().toList();
        List<TaskFileProblem> sorted = new ArrayList<>();
        for (String file : files) {
            found.stream()
                    .filter(problem -> problem.file().equals(file))
                    .sorted((a, b) -> a.line() == b.line()
                            ? Integer.compare(a.column(), b.column())
                            : Integer.compare(a.line(), b.line()))
                    .forEach(sorted::add);
        }
        throw new TaskFileException(sorted);
    }

    /** Gives a text that somebody wrote in one short line. */
    static String shown(String text) {
        return oneLine(text, LONGEST);
    }

    /** Gives what a method refused, and why, in one line; that may quote what somebody wrote. */
    static String oneLine(IllegalArgumentException e) {
        return oneLine(String.valueOf(e.getMessage()), LONGEST_MESSAGE);
    }

    private static String oneLine(String text, int longest) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(longest)
                .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c));
        return text.codePointCount(0, text.length()) > longest ? shown + "…" : shown.toString();
    }
}
