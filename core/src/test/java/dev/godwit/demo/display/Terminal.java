package dev.godwit.demo.display;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is known of the place where the output goes. Asked of the system's own tools ({@code test -t}, {@code stty}), since
 * Java does not say whether only its output is a terminal, nor how wide that is; where they are missing, it is not one.
 *
 * @param screen whether it can be redrawn: it is a terminal that knows cursor movements
 * @param unicode whether it takes UTF-8
 * @param colour whether it takes colours
 */
record Terminal(boolean screen, boolean unicode, boolean colour) {

    /** Asks the environment; the system property {@code demo.display} ({@code screen} or {@code plain}) overrules it. */
    static Terminal detect() {
        boolean dumb = "dumb".equals(System.getenv("TERM")) || System.getenv("TERM") == null;
        boolean screen = switch (System.getProperty("demo.display", "auto")) {
            case "screen" -> true;
            case "plain" -> false;
            default -> !dumb && isTerminal();
        };
        return new Terminal(screen, isUnicode(), screen && System.getenv("NO_COLOR") == null);
    }

    /** Standard output in the encoding found. */
    PrintStream open() {
        Charset charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
        return new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset);
    }

    /** A screen of the terminal's present size. */
    Screen measure() {
        Glyphs glyphs = unicode ? Glyphs.UNICODE : Glyphs.ASCII;
        String[] size =
                run("sh", "-c", "stty size < /dev/tty 2> /dev/null").strip().split(" ", -1);
        if (size.length == 2 && Stream.of(size).allMatch(number -> number.matches("[1-9][0-9]{0,3}"))) {
            return new Screen(Integer.parseInt(size[1]), Integer.parseInt(size[0]), glyphs, colour);
        }
        return new Screen(80, 24, glyphs, colour);
    }

    private static boolean isUnicode() {
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(System::getenv)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("");
        return locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
    }

    private static boolean isTerminal() {
        try {
            Process test = new ProcessBuilder("test", "-t", "1").inheritIO().start();
            return test.waitFor(2, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}
