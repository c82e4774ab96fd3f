package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks at what is in a directory that somebody has named for a server, and changes nothing. */
final class FoundCluster {
    private static final Pattern OBEYING =
            Pattern.compile("^\\s*include\\s*=?\\s*'" + ServerDirectory.SETTINGS + "'", Pattern.MULTILINE);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private FoundCluster() {}

    /** Refuses what a server of this version, made with these arguments, cannot be started on; fine if there is no cluster yet. */
    static void requireUsable(Path directory, String major, List<String> initdbArguments) {
        Path data = directory.resolve(ServerDirectory.DATA);
        if (isCluster(directory)) {
            throw new TestkitException(
                    directory + " is a data directory itself; the testkit's is " + ServerDirectory.DATA
                            + " in the directory that is named. Name the one above if the testkit has made it, else an empty one,"
                            + " and restore a dump (DatabaseDump)");
        }
        if (!isCluster(data)) {
            requireNotPacked(directory, data);
            return;
        }
        String version = text(data.resolve("PG_VERSION")).strip();
        if (!version.equals(major)) {
            throw new TestkitException("The cluster in " + data + " is of PostgreSQL " + version + ", not " + major
                    + ": start it with builder(\"" + version + "\"), or name another directory");
        }
        Path configuration = data.resolve("postgresql.conf");
        if (!Files.exists(configuration)
                || !OBEYING.matcher(text(configuration)).find()) {
            throw new TestkitException(
                    "The cluster in " + data + " was not made by the testkit (postgresql.conf does not"
                            + " include " + ServerDirectory.SETTINGS
                            + "), and would not listen where it is told to: name an empty"
                            + " directory and restore a dump of it (DatabaseDump), or use its own server (ServerKind.EXTERNAL)");
        }
        if (!initdbArguments.isEmpty()) {
            throw new TestkitException(
                    "There is a cluster in " + data + ", which initdbArguments(" + String.join(" ", initdbArguments)
                            + ") cannot change: leave them out, or name an empty directory");
        }
        user(data).ifPresent(pid -> {
            throw new TestkitException("The cluster in " + data + " is in use by the server with process " + pid
                    + ": close that first, or name another directory");
        });
    }

    private static boolean isCluster(Path data) {
        return Files.exists(data.resolve("PG_VERSION"));
    }

    private static void requireNotPacked(Path directory, Path data) {
        Path packed = directory.resolve(ServerDirectory.PACKED);
        if (Files.exists(packed) && !Files.exists(data)) {
            throw new TestkitException(
                    packed + " holds the data of a server in a container, for one of the same image: unpack it"
                            + " and start a container on it; or name another directory");
        }
    }

    /** The process that has it open; empty if that is gone, or is no server, or cannot be seen: PostgreSQL itself looks, too. */
    private static Optional<Long> user(Path data) {
        Path file = data.resolve("postmaster.pid");
        String pid = Files.exists(file) ? text(file).lines().findFirst().orElse("") : "";
        return NUMBER.matcher(pid).matches()
                ? ProcessHandle.of(Long.parseLong(pid))
                        .filter(process -> process.isAlive() && isServer(process))
                        .map(ProcessHandle::pid)
                : Optional.empty();
    }

    private static boolean isServer(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> Path.of(command).toFile().getName().startsWith("postgres"))
                .isPresent();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
