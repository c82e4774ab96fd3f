package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A small disk of a server that is full when a test wants it to be: a file system in memory, with a tablespace on it that a database is
 * moved to. What belongs to the server, such as its log, stays where it was.
 *
 * <p>Takes an embedded server on Linux, and the right to mount (as root). A test is skipped elsewhere, and told why.
 *
 * <pre>{@code
 * try (SmallDisk disk = SmallDisk.mount(pair.target(), "app", 24)) {
 *     ...
 *     disk.fill(1 << 20);      // a megabyte is left
 *     ...
 *     disk.release();
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class SmallDisk implements AutoCloseable {
    private static final String TABLESPACE = "testkit_small_disk";
    private static final int PATIENCE_SECONDS = 30;

    private final PostgresServer server;
    private final String database;
    private final Path directory;
    private final Path disk;

    private SmallDisk(PostgresServer server, String database, Path directory) {
        this.server = server;
        this.database = database;
        this.directory = directory;
        this.disk = directory.resolve("disk");
    }

    /**
     * Mounts a disk and moves a database to it, which nobody may be connected to.
     *
     * @param server an embedded server; one disk each
     * @param database its name
     * @param megabytes size of the disk; an empty database takes 8 of them
     * @return the disk, to be closed
     * @throws TestAbortedException if there can be none here, which skips the test
     */
    public static SmallDisk mount(PostgresServer server, String database, int megabytes) {
        if (server.kind() != ServerKind.EMBEDDED
                || !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            throw new TestAbortedException("A small disk takes an embedded server on Linux, not one of kind "
                    + server.kind() + " on " + System.getProperty("os.name"));
        }
        String size = size(megabytes);
        try {
            Path directory = TemporaryFiles.directory("small-disk");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            SmallDisk small = new SmallDisk(server, database, directory);
            Files.createDirectory(small.disk);
            String refused = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", small.disk.toString());
            if (!refused.isEmpty()) {
                Files.delete(small.disk);
                Files.delete(directory);
                throw new TestAbortedException("A small disk takes the right to mount one: " + refused);
            }
            small.moveDatabase();
            return small;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a small disk", e);
        }
    }

    private void moveDatabase() throws IOException {
        try {
            Files.getFileAttributeView(disk, FileOwnerAttributeView.class)
                    .setOwner(Files.getOwner(server.dataDirectory()));
            server.execute(
                    "postgres",
                    "CREATE TABLESPACE " + TABLESPACE + " LOCATION '" + disk + "'",
                    "ALTER DATABASE \"" + database.replace("\"", "\"\"") + "\" SET TABLESPACE " + TABLESPACE);
        } catch (IOException | RuntimeException e) {
            try (this) {
                throw e;
            }
        }
    }

    private static String size(int megabytes) {
        if (megabytes < 1) {
            throw new IllegalArgumentException("megabytes must be at least 1, was " + megabytes);
        }
        return "size=" + megabytes + "m";
    }

    /**
     * Makes the disk larger, as an administrator does; what is on it stays.
     *
     * @param megabytes the new size
     */
    public void resize(int megabytes) {
        String refused = run("mount", "-o", "remount," + size(megabytes), disk.toString());
        if (!refused.isEmpty()) {
            throw new TestkitException("The small disk cannot be resized: " + refused);
        }
    }

    /**
     * How much can be written to it still.
     *
     * @return in bytes
     */
    public long free() {
        try {
            return Files.getFileStore(disk).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + disk, e);
        }
    }

    /**
     * Fills the disk with something else, but for a few bytes, until {@link #release}.
     *
     * @param left how many bytes stay free
     */
    public void fill(long left) {
        try {
            Files.write(filling(), new byte[Math.toIntExact(Math.max(0, free() - left))]);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot fill " + disk, e);
        }
    }

    /** Takes away what {@link #fill} has put there. */
    public void release() {
        try {
            Files.deleteIfExists(filling());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot empty " + disk, e);
        }
    }

    private Path filling() {
        return disk.resolve("filling");
    }

    /**
     * Drops the database and its tablespace, starting the server if need be, and unmounts the disk: also where the server fails in that,
     * which is left with a tablespace that is not there.
     */
    @Override
    public void close() {
        try {
            release();
            server.start();
            server.dropDatabase(database);
            server.execute("postgres", "DROP TABLESPACE IF EXISTS " + TABLESPACE);
        } catch (RuntimeException e) {
            try {
                // what the server has open there is kept by the kernel until that closes it
                unmount("umount", "-l", disk.toString());
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        unmount("umount", disk.toString());
    }

    private void unmount(String... command) {
        String refused = run(command);
        if (!refused.isEmpty()) {
            throw new TestkitException("The small disk cannot be unmounted: " + refused);
        }
        try {
            Files.delete(disk);
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + directory, e);
        }
    }

    /** What the program says if it fails; empty if it does not. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return command[0] + " takes longer than " + PATIENCE_SECONDS + " s";
            }
            return process.exitValue() == 0
                    ? ""
                    : command[0] + " ended with " + process.exitValue() + ": " + output.strip();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return command[0] + " was interrupted";
        }
    }
}
