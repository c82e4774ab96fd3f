package dev.godwit.demo.display;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a {@link Board} until closed: redrawn in place on a terminal, a line now and then elsewhere. One thread of its own.
 */
public final class LiveDisplay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveDisplay.class);
    private static final int TICK_MILLIS = 125;
    private static final int TICKS_PER_MEASURE = 16;
    private static final int TICKS_PER_LINE = 16;
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String END_OF_LINE = "\u001b[K\n";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Board board;
    private final Terminal terminal;
    private final PrintStream out;
    private final Thread ticker;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread restoreCursor;
    private Screen screen;
    private long tick;
    private int drawn;
    private String lastStage = "";

    private LiveDisplay(Board board, Terminal terminal) {
        this.board = board;
        this.terminal = terminal;
        this.out = terminal.open();
        this.screen = terminal.measure();
        this.ticker = new Thread(this::tickUntilClosed, "display");
        this.ticker.setDaemon(true);
        this.restoreCursor = new Thread(this::showCursor, "display-restore");
    }

    /** Shows the board on standard output. */
    public static LiveDisplay show(Board board) {
        LiveDisplay display = new LiveDisplay(board, Terminal.detect());
        if (display.terminal.screen()) {
            Runtime.getRuntime().addShutdownHook(display.restoreCursor);
            display.out.print(HIDE_CURSOR);
        }
        display.ticker.start();
        return display;
    }

    /** Standard output, for what comes after the display. */
    public PrintStream out() {
        return out;
    }

    private void tickUntilClosed() {
        try {
            while (!closing.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("The display stops", e);
        }
    }

    private synchronized void tick() {
        DisplayModel model = board.model();
        if (!terminal.screen()) {
            drawPlain(model);
        } else {
            if (tick % TICKS_PER_MEASURE == 0) {
                screen = terminal.measure();
            }
            draw(screen.draw(model));
        }
        tick++;
        out.flush();
    }

    /** A line at each new stage and every two seconds; none after the last stage. */
    private void drawPlain(DisplayModel model) {
        String stage = PlainText.stage(model);
        boolean due = tick % TICKS_PER_LINE == 0 || !stage.equals(lastStage);
        if (due && !stage.isEmpty()) {
            out.println(PlainText.line(model));
        }
        lastStage = stage;
    }

    /** The whole frame goes out in one write, each line over its predecessor, so that nothing flickers. */
    private void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder();
        if (drawn > 0) {
            frame.append("\u001b[").append(drawn).append('A');
        }
        frame.append('\r');
        for (String line : lines) {
            frame.append(line).append(END_OF_LINE);
        }
        out.print(frame.append(CLEAR_BELOW));
        drawn = lines.size();
    }

    private void showCursor() {
        out.print(SHOW_CURSOR);
        out.flush();
    }

    /** Draws the last state once more and leaves it standing. */
    @Override
    public void close() {
        closing.countDown();
        try {
            ticker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tick();
        if (terminal.screen()) {
            showCursor();
            Runtime.getRuntime().removeShutdownHook(restoreCursor);
        }
    }
}
