package dev.godwit.bulk;

import dev.godwit.testkit.PostgresPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@link MigrationProgram}, and what it has said so far. Ends with the test, whatever becomes of it. */
final class MigrationProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final long started = System.nanoTime();

    private MigrationProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "bulk-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the migration of a pair with this much heap. */
    static MigrationProcess start(PostgresPair pair, int heapMegabytes) throws IOException {
        return new MigrationProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MigrationProgram.class.getName(),
                        pair.sourceUrl(),
                        pair.targetUrl())
                .redirectErrorStream(true)
                .start());
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                add(String.format("%6d ms  %s", elapsed().toMillis(), line));
                line = reader.readLine();
            }
        } catch (IOException e) {
            add("reading ended: " + e.getMessage());
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private synchronized void add(String line) {
        output.add(line);
        notifyAll();
    }

    /** Waits until it has said something that ends like this. */
    synchronized void await(String ending) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (output.stream().noneMatch(line -> line.endsWith(ending))) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError(
                        "the migrating process " + (process.isAlive() ? "did not come to '" : "ended before '") + ending
                                + "':\n" + String.join("\n", output));
            }
            wait(100);
        }
    }

    /** Tells it to cut over, and waits for its end. */
    void cutOver() throws InterruptedException {
        try {
            process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
        } catch (IOException e) {
            add("it does not listen any more: " + e.getMessage());
        }
        await("completed");
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("the migrating process did not end well:\n" + text());
        }
    }

    /** Fails if it has ended. */
    synchronized void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError("the migrating process ended early:\n" + text());
        }
    }

    /** Everything it said, with the time since its start. */
    synchronized String text() {
        return String.join("\n", output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            process.getInputStream().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
