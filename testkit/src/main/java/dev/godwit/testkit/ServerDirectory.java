package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of one server: {@code data} and {@code postgres.log} in a directory of its own. */
final class ServerDirectory {
    /** Where directories of servers are made instead of {@code java.io.tmpdir}: a path, or {@link #MEMORY}. */
    static final String PARENT_PROPERTY = "godwit.testkit.directory";

    /** In a file system in memory, where there is one with enough room, else as without the property. */
    private static final String MEMORY = "memory";

    private static final Path LINUX_MEMORY = Path.of("/dev/shm");

    private static final long ENOUGH_BYTES = 8L << 30;

    /** Begins the name of every temporary directory of a server. */
    static final String PREFIX = "godwit-postgres-";

    /** The data directory in that of a server. */
    static final String DATA = "data";

    /** What is there instead of a server in a container. */
    static final String PACKED = "data.tar";

    /** File of parameters in the data directory, which postgresql.conf includes. */
    static final String SETTINGS = "testkit.conf";

    private final Path base;
    private final boolean temporary;

    private ServerDirectory(Path base, boolean temporary) {
        this.base = base;
        this.temporary = temporary;
    }

    static ServerDirectory temporary(String major) {
        Path parent = parent();
        try {
            return new ServerDirectory(
                    Files.createTempDirectory(Files.createDirectories(parent), PREFIX + major + "-")
                            .toRealPath(),
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a directory below " + parent, e);
        }
    }

    private static Path parent() {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        String wanted = System.getProperty(PARENT_PROPERTY, usual.toString());
        if (!wanted.equals(MEMORY)) {
            return Path.of(wanted);
        }
        try {
            boolean roomy = Files.isWritable(LINUX_MEMORY)
                    && Files.getFileStore(LINUX_MEMORY).getUsableSpace() >= ENOUGH_BYTES;
            return roomy ? LINUX_MEMORY : usual;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot tell how much room is in " + LINUX_MEMORY, e);
        }
    }

    static ServerDirectory at(Path base) {
        try {
            return new ServerDirectory(Files.createDirectories(base).toRealPath(), false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + base, e);
        }
    }

    boolean temporary() {
        return temporary;
    }

    Path data() {
        return base.resolve(DATA);
    }

    Path log() {
        return base.resolve("postgres.log");
    }

    /** Makes a cluster unless the directory holds one already: a temporary one like any other by copying. */
    void initialise(Path home, List<String> arguments, boolean durable) {
        try {
            ServerUser.requireReachable(base);
            ServerUser.own(base);
            if (Files.exists(data().resolve("PG_VERSION"))) {
                return;
            }
            if (temporary && !durable && arguments.isEmpty()) {
                ClusterTemplate.copy(home, directory -> initdb(home, List.of("-N"), directory), base);
            } else {
                List<String> all = new ArrayList<>(durable ? List.of() : List.of("-N"));
                all.addAll(arguments);
                initdb(home, all, base);
            }
            Files.writeString(
                    data().resolve("postgresql.conf"),
                    Files.readString(data().resolve("postgresql.conf")) + "\ninclude '" + SETTINGS + "'\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + base, e);
        }
    }

    private static void initdb(Path home, List<String> arguments, Path directory) {
        List<String> command = new ArrayList<>(List.of(
                PostgresBinaries.program(home, "initdb").toString(),
                "-D",
                directory.resolve("data").toString()));
        command.addAll(List.of("-A", "trust", "-U", OwnServer.SUPERUSER, "-E", "UTF8", "--no-locale"));
        command.addAll(arguments);
        ServerUser.run(command, directory.resolve("initdb.log"));
    }

    void writeParameters(String settings) {
        write(data().resolve(SETTINGS), settings);
    }

    /** Forgets what ALTER SYSTEM wrote; true if there was something. */
    boolean discardAlterSystem() {
        Path file = data().resolve("postgresql.auto.conf");
        try {
            if (Files.readAllLines(file).stream().allMatch(line -> line.isBlank() || line.startsWith("#"))) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        write(file, "");
        return true;
    }

    void writeHba(List<String> lines) {
        write(data().resolve("pg_hba.conf"), String.join("\n", lines) + "\n");
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content, StandardCharsets.UTF_8);
            ServerUser.own(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    String readLog() {
        return ServerUser.read(log());
    }

    /**
     * Moves data and log of a stopped server to a new directory; where that is on another file system, copies them, and all is there
     * still until {@link #removeMoved}. After a failure nothing has changed.
     */
    void moveTo(Path kept) {
        try {
            Directories.moveOrCopy(base, kept);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot move " + base + " to " + kept, e);
        }
    }

    /** Removes what was copied instead of moved. */
    void removeMoved() {
        delete();
    }

    /** Removes a temporary directory, and leaves alone one that the user named. */
    void close() {
        if (temporary) {
            delete();
        }
    }

    private void delete() {
        try {
            Directories.delete(base);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + base, e);
        }
    }
}
