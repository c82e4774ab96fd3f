package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A new cluster that initdb has made once, kept beside the binaries. Every temporary server begins as a copy of it, which takes a tenth
 * of the time, with a system identifier of its own: Godwit tells servers apart by it.
 */
final class ClusterTemplate {
    /** pg_control begins with the system identifier, and a checksum of all before it ends its data. */
    private static final int IDENTIFIER = 0;

    /** In the first page header of a segment of the write-ahead log (XLogLongPageHeaderData), which has no checksum. */
    private static final int IDENTIFIER_IN_LOG = 24;

    private ClusterTemplate() {}

    /** Runs initdb. */
    interface Initdb {
        /** Makes the directory {@code data} below another one, which is that of the server's user. */
        void run(Path base) throws IOException;
    }

    /** Makes a cluster in the directory {@code data} below another one; it does not exist yet. */
    static void copy(Path home, Initdb initdb, Path base) throws IOException {
        Path cache = BinariesCache.root();
        Path template = cache.resolve("cluster-" + name(home));
        if (!Files.isDirectory(template)) {
            if (!Files.isWritable(cache)) {
                initdb.run(base);
                return;
            }
            make(initdb, template);
        }
        Path data = base.resolve("data");
        Directories.copy(template.resolve("data"), data);
        identify(data);
    }

    /** The same as long as the programs are, and whoever runs them. */
    private static String name(Path home) throws IOException {
        StringBuilder what = new StringBuilder(home + " " + System.getProperty("user.name"));
        for (String program : List.of("initdb", "postgres")) {
            Path file = PostgresBinaries.program(home, program);
            what.append(' ').append(Files.size(file)).append(' ').append(Files.getLastModifiedTime(file));
        }
        return UUID.nameUUIDFromBytes(what.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Two JVMs may do this at the same time: the first one to move wins. */
    private static void make(Initdb initdb, Path template) throws IOException {
        Path beside = template.resolveSibling(template.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            ServerUser.requireReachable(Files.createDirectory(beside));
            ServerUser.own(beside);
            initdb.run(beside);
            Files.move(beside, template, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(template)) {
                throw e;
            }
        } finally {
            Directories.delete(beside);
        }
    }

    /** As initdb does, by the time and something else. */
    private static void identify(Path data) throws IOException {
        Path control = data.resolve("global").resolve("pg_control");
        byte[] content = Files.readAllBytes(control);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        int checksum = checksum(content, control);
        long old = bytes.getLong(IDENTIFIER);
        long other = Instant.now().getEpochSecond() << 32
                | ThreadLocalRandom.current().nextLong(1L << 32);
        bytes.putLong(IDENTIFIER, other);
        bytes.putInt(checksum, crc(content, checksum));
        Files.write(control, content, StandardOpenOption.WRITE);
        for (Path segment : segments(data)) {
            replace(segment, old, other);
        }
    }

    /** Where the checksum is differs by version: it is the number that is one of all before it. */
    private static int checksum(byte[] content, Path control) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        for (int offset = Long.BYTES; offset + Integer.BYTES <= bytes.capacity(); offset += Integer.BYTES) {
            if (bytes.getInt(offset) == crc(content, offset)) {
                return offset;
            }
        }
        throw new TestkitException(
                control + " has no checksum of what is before it: the cluster that it was copied from is"
                        + " damaged; delete the directories cluster-* of the testkit's cache");
    }

    private static int crc(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    private static List<Path> segments(Path data) throws IOException {
        Path log = data.resolve(Files.isDirectory(data.resolve("pg_wal")) ? "pg_wal" : "pg_xlog");
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}"))
                    .toList();
        }
    }

    private static void replace(Path segment, long old, long other) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        try (var file = Files.newByteChannel(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.position(IDENTIFIER_IN_LOG).read(number);
            if (number.getLong(0) != old) {
                throw new TestkitException(segment + " has another system identifier at " + IDENTIFIER_IN_LOG
                        + " than pg_control: " + number.getLong(0) + ", not " + old);
            }
            number.putLong(0, other).rewind();
            file.position(IDENTIFIER_IN_LOG).write(number);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot change " + segment, e);
        }
    }
}
