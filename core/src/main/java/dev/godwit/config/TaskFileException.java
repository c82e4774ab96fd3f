package dev.godwit.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A task file cannot be used; nothing was connected to. The message lists all that is wrong, with file, line, column and field,
 * up to a hundred of them, and holds no password.
 */
public final class TaskFileException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST = 100;

    /** What is wrong; records of texts and numbers. */
    private final transient List<TaskFileProblem> problems;

    TaskFileException(List<TaskFileProblem> problems) {
        super(describe(problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Gives what is wrong.
     *
     * @return at least one problem, in the order of the files
     */
    public List<TaskFileProblem> problems() {
        return problems;
    }

    private static String describe(List<TaskFileProblem> problems) {
        List<String> lines = new ArrayList<>(
                problems.stream().limit(MOST).map(TaskFileProblem::toString).toList());
        if (problems.size() > MOST) {
            lines.add("and " + (problems.size() - MOST) + " more");
        }
        String head = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return lines.stream().collect(Collectors.joining("\n  ", "the task file has " + head + ":\n  ", ""));
    }
}
