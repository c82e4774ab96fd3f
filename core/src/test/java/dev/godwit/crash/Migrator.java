package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** A {@link MigratorProcess} as the test sees it. */
public final class Migrator implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path LOG = Path.of("target", "crash-migrators.log").toAbsolutePath();

    private final Process process;
    private final Writer in;
    private final Consumer<String> onSwitch;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Thread reader;

    /**
     * Starts a process.
     *
     * @param onSwitch what switches traffic
     */
    Migrator(PostgresPair pair, String moment, String stretched, Runnable onSwitch) {
        this(
                MigratorProcess.class,
                List.of(pair.sourceUrl(), pair.targetUrl(), moment, stretched),
                migration -> onSwitch.run());
    }

    /**
     * Starts a process of any kind.
     *
     * @param onSwitch what switches the traffic of the migration whose name follows the word, if one does
     */
    public Migrator(Class<?> program, List<String> arguments, Consumer<String> onSwitch) {
        this.onSwitch = onSwitch;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        try {
            Files.createDirectories(LOG.getParent());
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::listen, "migrator-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void listen() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null) {
                if (line.startsWith(Dialogue.MARK)) {
                    hear(line.substring(Dialogue.MARK.length()));
                } else {
                    Files.writeString(LOG, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
                line = out.readLine();
            }
        } catch (IOException e) {
            said.add("closed: " + e.getMessage());
        }
    }

    private void hear(String line) throws IOException {
        if (line.equals(Dialogue.SWITCH) || line.startsWith(Dialogue.SWITCH + " ")) {
            try {
                onSwitch.accept(line.substring(Dialogue.SWITCH.length()).trim());
            } catch (RuntimeException | Error e) {
                said.add("switching failed: " + e);
                process.destroyForcibly();
                return;
            }
            go();
        }
        (line.startsWith(Dialogue.WARNING) ? warnings : said).add(line);
    }

    /** Lets it go on. */
    public void go() throws IOException {
        in.write("go\n");
        in.flush();
    }

    boolean hasSaid(String line) {
        return said.contains(line);
    }

    List<String> said() {
        return said;
    }

    List<String> warnings() {
        return warnings;
    }

    Migrator awaitReady() {
        return await("ready");
    }

    /** Waits until it asks to go on, or says that an earlier process's cutover is finished. */
    void awaitReadyOrCompleted() {
        Awaitility.await("ready or completed")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !process.isAlive() || hasSaid("ready") || hasSaid("completed"));
    }

    /** Waits until it says something, which it must do before it ends. */
    public Migrator await(String line) {
        Awaitility.await(line).atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            boolean alive = process.isAlive();
            if (!alive && !hasSaid(line)) {
                reader.join(1_000);
                assertThat(said).as("said before it ended").contains(line);
            }
            return hasSaid(line);
        });
        return this;
    }

    /** Waits until it has halted at its moment. */
    public void awaitHalt() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        reader.join(1_000);
        assertThat(process.exitValue())
                .as("exit of a process that said %s", said)
                .isEqualTo(Moment.STATUS);
    }

    void awaitCompleted() throws InterruptedException {
        await("completed");
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** Waits until it has given up, and gives the reason. */
    String awaitFailure() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        reader.join(1_000);
        assertThat(process.exitValue())
                .as("exit of a process that said %s", said)
                .isEqualTo(1);
        return said.get(said.size() - 1);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets it stand still, as a process does whose machine is suspended: it keeps its connections, and does nothing on them. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on as if no time had passed. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).as("kill -%s", name).isZero();
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
