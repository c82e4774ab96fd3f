package dev.godwit.event;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Shows on a terminal how a migration goes on: phase, a bar with rate and remaining time for the copy and for each table that is being
 * copied, lag, and the last thing that a human should look at. Where there is no terminal, it prints lines.
 *
 * <p>On a terminal a few lines are drawn over and over, at most ten times a second, and stay when the migration has ended. Each
 * drawing is one write that leaves the terminal as it was: no mode is changed for longer than that, so that nothing has to be restored
 * when the process is killed. Lines are cut at the terminal's edge. What others print to the same terminal meanwhile may be drawn over:
 * send logs to a file. Elsewhere there is a line for each phase, each table and whatever matters, with the time of the event in UTC, and
 * one of progress every 10 seconds.
 *
 * <p>Names and messages are shown without control characters; none holds values of rows. A stream that fails is written to no
 * more, and nobody is told.
 *
 * <p>Thread rule: safe for use by several migrations at a time, which are shown one below the other.
 */
public final class ConsoleProgress implements MigrationListener {
    private static final Duration DRAW_EVERY = Duration.ofMillis(100);
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final int MOST_LINES = 16;
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_LINES = 24;
    private static final int LEAST_COLUMNS = 20;

    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    /** What may be drawn on; null where lines are printed. */
    private final @Nullable Size screen;

    private final Map<String, ConsoleBoard> boards = new LinkedHashMap<>();
    private final Map<String, Instant> told = new LinkedHashMap<>();
    private @Nullable Instant drawnAt;
    private int drawn;

    private record Size(int columns, int lines) {}

    private ConsoleProgress(PrintStream out, @Nullable Size screen) {
        this.out = out;
        this.screen = screen;
    }

    /**
     * Shows progress on standard output: drawn if that is a terminal that can be drawn on, else in lines. Lines it is if Java finds no
     * console, if {@code TERM} is unset or {@code dumb}, or if {@code CI} is set. The terminal's size is taken from
     * {@code COLUMNS} and {@code LINES}, by default 80 and 24.
     *
     * @return a listener
     */
    public static ConsoleProgress create() {
        return create(System.out, System.getenv(), isTerminal());
    }

    static ConsoleProgress create(PrintStream out, Map<String, String> environment, boolean terminal) {
        String kind = environment.get("TERM");
        boolean able = kind != null && !kind.isEmpty() && !kind.equals("dumb");
        String ci = environment.getOrDefault("CI", "");
        if (!terminal || !able || !(ci.isEmpty() || ci.equals("false"))) {
            return lines(out);
        }
        return drawing(
                out,
                number(environment.get("COLUMNS"), USUAL_COLUMNS, LEAST_COLUMNS),
                number(environment.get("LINES"), USUAL_LINES, 2));
    }

    /**
     * Prints lines, whatever the stream leads to.
     *
     * @param out where to
     * @return a listener
     */
    public static ConsoleProgress lines(PrintStream out) {
        return new ConsoleProgress(out, null);
    }

    /**
     * Draws, whatever the stream leads to.
     *
     * @param out where to: a terminal that understands ECMA-48
     * @param columns its width, at least 20
     * @param lines its height, at least 2; 16 are used at most
     * @return a listener
     * @throws IllegalArgumentException if it is smaller
     */
    public static ConsoleProgress drawing(PrintStream out, int columns, int lines) {
        if (columns < LEAST_COLUMNS || lines < 2) {
            throw new IllegalArgumentException("a terminal of " + columns + " columns and " + lines
                    + " lines is too small to draw on; it takes 20 and 2");
        }
        return new ConsoleProgress(out, new Size(columns, lines));
    }

    private static int number(@Nullable String text, int otherwise, int least) {
        return text != null && text.matches("[1-9][0-9]{0,3}") ? Math.max(least, Integer.parseInt(text)) : otherwise;
    }

    /** From Java 22 on there is a console even where there is no terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    @Override
    public synchronized void onEvent(MigrationEvent event) {
        if (out.checkError()) {
            return;
        }
        Size size = screen;
        if (size == null) {
            print(event);
        } else {
            ConsoleBoard board = boards.computeIfAbsent(event.migration(), ConsoleBoard::new);
            board.take(event);
            draw(event, board.isOver(), size);
        }
    }

    private void print(MigrationEvent event) {
        boolean progress = event instanceof MigrationEvent.CopyProgress
                || event instanceof MigrationEvent.ReplicationProgress
                || event instanceof MigrationEvent.VerificationProgress;
        EventText text = EventText.of(event);
        if (text.level().toInt() < Level.INFO.toInt() || (progress && !isLineDue(event))) {
            return;
        }
        out.print(event.at().truncatedTo(ChronoUnit.SECONDS) + " " + plain(event.migration()) + ": "
                + (text.level().toInt() > Level.INFO.toInt() ? text.level() + " " : "") + plain(text.text())
                + System.lineSeparator());
        out.flush();
    }

    private boolean isLineDue(MigrationEvent event) {
        Instant before = told.get(event.migration());
        if (before != null && Duration.between(before, event.at()).abs().compareTo(LINE_EVERY) < 0) {
            return false;
        }
        told.put(event.migration(), event.at());
        return true;
    }

    private void draw(MigrationEvent event, boolean over, Size size) {
        Instant before = drawnAt;
        boolean due = before == null
                || Duration.between(before, event.at()).abs().compareTo(DRAW_EVERY) >= 0
                || event instanceof MigrationEvent.PhaseChanged
                || over;
        if (!due) {
            return;
        }
        drawnAt = event.at();
        int most = Math.min(MOST_LINES, size.lines() - 1);
        List<String> lines = new ArrayList<>();
        int waiting = boards.size();
        for (ConsoleBoard board : boards.values()) {
            lines.addAll(board.draw(event.at(), size.columns(), Math.max(1, (most - lines.size()) / waiting)));
            waiting--;
        }
        List<String> shown = lines.subList(0, Math.min(most, lines.size()));
        StringBuilder frame = new StringBuilder(NO_WRAP).append('\r');
        if (drawn > 0) {
            frame.append("\u001b[").append(drawn).append('A');
        }
        shown.forEach(line -> frame.append(line).append(CLEAR_LINE).append('\n'));
        out.print(frame.append(CLEAR_BELOW).append(WRAP));
        out.flush();
        drawn = shown.size();
        if (boards.values().stream().allMatch(ConsoleBoard::isOver)) {
            // This stays; what comes later is drawn below it.
            boards.clear();
            drawn = 0;
        }
    }

    /** Without what a terminal would take for commands, and in one line. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.isWhitespace(point) ? ' ' : point)
                .map(point -> isHarmless(point) ? point : '?')
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean isHarmless(int point) {
        int type = Character.getType(point);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED;
    }
}
