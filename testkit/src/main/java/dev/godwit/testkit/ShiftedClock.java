package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A clock that differs from this machine's, for a server ({@link PostgresServerBuilder#clock}), and can be set while the server runs,
 * forward and back. Time that a server measures by a clock that nobody sets goes on as it does.
 *
 * <p>Takes an embedded server on Linux, and libfaketime (Debian and Ubuntu: {@code apt-get install faketime}). A test is skipped elsewhere,
 * and told why.
 *
 * <pre>{@code
 * try (ShiftedClock clock = ShiftedClock.ahead(Duration.ofHours(1));
 *         PostgresServer server = PostgresServer.builder(17).clock(clock).start()) {
 *     ...
 *     clock.set(Duration.ofHours(-1));      // two hours back
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://github.com/wolfcw/libfaketime">libfaketime</a>
 */
public final class ShiftedClock implements AutoCloseable {
    private static final List<String> LIBRARIES = List.of("/usr/lib", "/usr/lib64", "/usr/local/lib");
    private static final String LIBRARY = "libfaketime.so.1";
    private static final int DEPTH = 3;

    private final Path library;
    private final Path directory;
    private final Path setting;

    private ShiftedClock(Path library, Path directory) {
        this.library = library;
        this.directory = directory;
        this.setting = directory.resolve("offset");
    }

    /**
     * Makes a clock.
     *
     * @param time how far it is ahead of this machine's, to the second; negative for one that is behind
     * @return the clock, to be closed when its servers are
     * @throws TestAbortedException if there can be none here, which skips the test
     */
    public static ShiftedClock ahead(Duration time) {
        Path library = library()
                .orElseThrow(() -> new TestAbortedException("A server's clock is shifted by libfaketime, which is not"
                        + " below any of " + LIBRARIES + ": apt-get install faketime"));
        try {
            Path directory = TemporaryFiles.directory("clock");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            ShiftedClock clock = new ShiftedClock(library, directory);
            clock.set(time);
            return clock;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a clock", e);
        }
    }

    private static Optional<Path> library() {
        if (!Platform.LINUX) {
            return Optional.empty();
        }
        return LIBRARIES.stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .flatMap(ShiftedClock::below)
                .findFirst();
    }

    private static Stream<Path> below(Path root) {
        try (Stream<Path> found = Files.find(root, DEPTH, (path, is) -> path.endsWith(Path.of("faketime", LIBRARY)))) {
            return found.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for " + LIBRARY + " below " + root, e);
        }
    }

    /**
     * Sets the clock. All processes of its servers see it at their next look.
     *
     * @param ahead how far it is ahead of this machine's from now on, to the second; negative for one that is behind
     */
    public void set(Duration ahead) {
        try {
            Path next = directory.resolve("next");
            Files.writeString(next, (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "\n");
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(next, setting, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set a clock", e);
        }
    }

    /** What a process's environment makes it go by this clock. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", setting.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                "NO_FAKE_STAT", "1");
    }

    /** Removes the setting: a server that still runs has this machine's time. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(setting);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + directory, e);
        }
    }
}
