package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs: as another user where this JVM is root, which PostgreSQL refuses, and so that a server does not
 * outlive this JVM.
 *
 * <p>Linux sends the death signal when the <em>thread</em> that forked ends, so one daemon thread that lives as long as the JVM
 * forks all servers.
 */
final class ServerUser {
    /** {@code nobody} on Debian, Red Hat and Alpine. */
    private static final int UID = 65534;

    private static final boolean ROOT = detectRoot();
    private static final List<String> PREFIX = detectPrefix();
    private static final ExecutorService FORKS = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "testkit-postgres-launcher");
        thread.setDaemon(true);
        return thread;
    });

    private ServerUser() {}

    static boolean isRoot() {
        return ROOT;
    }

    private static boolean detectRoot() {
        if (Platform.WINDOWS) {
            return false;
        }
        try {
            Path self = Path.of("/proc/self");
            return Files.exists(self)
                    ? Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
                    : "root".equals(System.getProperty("user.name"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> detectPrefix() {
        if (!Platform.LINUX) {
            return List.of();
        }
        List<String> prefix = new ArrayList<>(List.of("setpriv"));
        if (ROOT) {
            prefix.addAll(List.of("--reuid=" + UID, "--regid=" + UID, "--clear-groups"));
        }
        prefix.add("--pdeathsig=INT");
        return works(prefix) ? List.copyOf(prefix) : List.of();
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // no setpriv, or that of BusyBox, which knows no death signal
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Starts a program whose life is bound to this JVM's. */
    static Process start(List<String> command, Path log) {
        return start(command, log, Map.of());
    }

    /** As {@link #start(List, Path)}, with variables of its environment besides, on a system that has {@code env}. */
    static Process start(List<String> command, Path log, Map<String, String> environment) {
        if (ROOT && PREFIX.isEmpty()) {
            throw new TestkitException(
                    "PostgreSQL does not run as root, and there is no working setpriv (util-linux) to run"
                            + " it as another user: install it, or run the tests as an ordinary user");
        }
        List<String> full = new ArrayList<>(PREFIX);
        if (!environment.isEmpty()) {
            // of the program alone, not of what starts it as another user
            full.add("env");
            environment.forEach((name, value) -> full.add(name + "=" + value));
        }
        full.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(full)
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        CompletableFuture<Process> started = new CompletableFuture<>();
        FORKS.execute(() -> {
            try {
                started.complete(builder.start());
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new TestkitException("Cannot run " + command.get(0), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while starting " + command.get(0), e);
        }
    }

    /** Runs a program to its end and fails with its output if that is not a success. */
    static void run(List<String> command, Path log) {
        Process process = start(command, log);
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TestkitException(command + " did not end within 120 s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while running " + command.get(0), e);
        }
        if (process.exitValue() != 0) {
            throw new TestkitException(command + " ended with " + process.exitValue() + ":\n" + read(log));
        }
    }

    static String read(Path log) {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), Charset.defaultCharset()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a file or directory to the user that the server runs as. */
    static void own(Path path) throws IOException {
        if (ROOT) {
            Files.setAttribute(path, "unix:uid", UID);
            Files.setAttribute(path, "unix:gid", UID);
        }
    }

    /** Fails where the server's user could not get to a directory, with a clearer word than initdb's. */
    static void requireReachable(Path directory) throws IOException {
        if (!ROOT) {
            return;
        }
        for (Path above = directory.getParent(); above != null; above = above.getParent()) {
            boolean open = Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE);
            if (!open && !Integer.valueOf(UID).equals(Files.getAttribute(above, "unix:uid"))) {
                throw new TestkitException(
                        "The server runs as user " + UID + " because this JVM is root, and cannot reach " + directory
                                + ": open " + above + " (chmod o+x), or name another directory");
            }
        }
    }
}
