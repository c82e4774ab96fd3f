package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A running postmaster with its children. */
final class ServerProcess {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final Path data;
    private final Process process;

    private ServerProcess(Path home, Path data, Process process) {
        this.home = home;
        this.data = data;
        this.process = process;
    }

    static ServerProcess start(Path home, ServerDirectory directory, Map<String, String> environment) {
        List<String> command = List.of(
                PostgresBinaries.program(home, "postgres").toString(),
                "-D",
                directory.data().toString());
        return new ServerProcess(home, directory.data(), ServerUser.start(command, directory.log(), environment));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitValue() {
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal by its name without {@code SIG}; Java itself can send TERM and KILL only. */
    void signal(String name) {
        try {
            Path output = Files.createTempFile(ServerDirectory.PREFIX + "ctl-", ".log");
            try {
                ServerUser.run(
                        List.of(
                                PostgresBinaries.program(home, "pg_ctl").toString(),
                                "kill",
                                name,
                                Long.toString(process.pid())),
                        output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void stop(StopMode mode) {
        switch (mode) {
            case FAST -> signalAndWait("INT");
            case IMMEDIATE -> signalAndWait("QUIT");
            case KILL -> kill();
        }
    }

    private void signalAndWait(String signal) {
        signal(signal);
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new TestkitException("The server in " + data + " did not stop within " + LIMIT + " after SIG"
                        + signal + " and was killed");
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while stopping the server in " + data + ", which was killed", e);
        }
    }

    /**
     * Kills the postmaster and every child, and returns when all are gone: a backend that is busy notices the death of its
     * postmaster late, and until then the directory cannot be started again.
     */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        boolean interrupted = false;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (List<ProcessHandle> rest = alive(children); !rest.isEmpty(); rest = alive(children)) {
            rest.forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > deadline) {
                throw new TestkitException("Processes of the server in " + data + " survive SIGKILL: " + rest);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        interrupted |= awaitExit();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitExit() {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /**
     * On Linux whatever works in the data directory, as every process of a server does: that finds children forked after the list
     * was read, and leaves out zombies, which an idle init may take a second to bury.
     */
    private List<ProcessHandle> alive(List<ProcessHandle> children) {
        if (Platform.LINUX) {
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                return all.filter(this::worksInData).toList();
            }
        }
        List<ProcessHandle> alive = new ArrayList<>(children);
        alive.add(process.toHandle());
        alive.removeIf(handle -> !handle.isAlive());
        return alive;
    }

    private boolean worksInData(ProcessHandle handle) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + handle.pid() + "/cwd"))
                    .equals(data);
        } catch (IOException e) {
            return false; // gone meanwhile, a zombie, or of another user
        }
    }
}
