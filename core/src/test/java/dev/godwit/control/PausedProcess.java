package dev.godwit.control;

import dev.godwit.testkit.PostgresPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A running {@link PausedProgram}. */
final class PausedProcess implements AutoCloseable {
    private final Process process;

    private PausedProcess(Process process) {
        this.process = process;
    }

    static PausedProcess start(PostgresPair pair) throws IOException {
        return new PausedProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PausedProgram.class.getName(),
                        pair.sourceUrl(),
                        pair.targetUrl())
                .redirectErrorStream(true)
                .start());
    }

    /** Waits until it stands still, which it must say before its output ends. */
    void awaitPaused() throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.equals(PausedProgram.STANDS)) {
            said.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new AssertionError("the process ended before it stood still:\n" + said);
        }
    }

    /** Kills it, as kill -9 does. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
