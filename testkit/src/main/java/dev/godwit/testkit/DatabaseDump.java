package dev.godwit.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/**
 * A dump of a database, to begin tests with: what {@code pg_dump} writes as plain SQL, also packed by gzip, with rows as {@code COPY} or
 * {@code INSERT}; or in its custom or directory format, which takes a {@code pg_restore} of the same or a newer version (on the path,
 * in the usual places, or where the system property {@code godwit.testkit.pg_restore} says).
 *
 * <p>Plain SQL is read by the testkit itself: {@code psql} is not needed, and its commands are refused, but for those that pg_dump writes
 * around a dump. A role that the dump names and that is not there is created without a login. A parameter that the server does not
 * know is not set. Subscriptions are left out: they would reach for the server that the dump is of. Make the dump without {@code -C}.
 *
 * <p>Immutable and thread-safe.
 */
public final class DatabaseDump {
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] CUSTOM = {'P', 'G', 'D', 'M', 'P'};

    /** Files that resources in jars were copied to, by their URLs: once, so that a dump is known again. */
    private static final Map<String, Path> COPIES = new ConcurrentHashMap<>();

    private final Path path;
    private final String name;

    private DatabaseDump(Path path, String name) {
        this.path = path;
        this.name = name;
    }

    /**
     * Names a dump.
     *
     * @param name name of a resource on the class path, also in a jar, else path of a file; or either of a directory in pg_dump's directory
     *     format, which cannot be in a jar
     * @return the dump
     * @throws TestkitException if there is neither, or a directory in a jar
     */
    public static DatabaseDump of(String name) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        URL resource = loader == null ? null : loader.getResource(name);
        if (resource == null) {
            return of(Path.of(name));
        }
        if (!"file".equals(resource.getProtocol())) {
            return new DatabaseDump(COPIES.computeIfAbsent(resource.toString(), url -> copy(resource)), name);
        }
        try {
            return of(Path.of(resource.toURI()));
        } catch (URISyntaxException e) {
            throw new TestkitException("Cannot read the dump " + name + " at " + resource, e);
        }
    }

    /** Removed when this JVM ends. */
    private static Path copy(URL resource) {
        try {
            URLConnection connection = resource.openConnection();
            connection.setUseCaches(false);
            try (InputStream in = connection.getInputStream()) {
                if (connection instanceof JarURLConnection jar
                        && jar.getJarEntry().isDirectory()) {
                    throw new TestkitException(
                            "The dump " + resource + " is a directory in a jar, which pg_restore cannot"
                                    + " read: name one outside of it, or make the dump in another format (pg_dump -Fc or -Fp)");
                }
                Path copy = Files.createTempFile(ServerDirectory.PREFIX + "dump-", ".tmp");
                copy.toFile().deleteOnExit();
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                return copy;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the dump " + resource, e);
        }
    }

    /**
     * Names a dump.
     *
     * @param path a file, or a directory in pg_dump's directory format
     * @return the dump
     * @throws TestkitException if there is none
     */
    public static DatabaseDump of(Path path) {
        if (!Files.exists(path)) {
            throw new TestkitException("There is no dump " + path + ", neither on the class path nor at "
                    + path.toAbsolutePath() + "; write it with pg_dump");
        }
        return new DatabaseDump(path.toAbsolutePath(), path.getFileName().toString());
    }

    /**
     * Restores it.
     *
     * @param server where
     * @param database an empty database of it
     * @throws TestkitException if a statement fails, with its line; rows are not shown
     */
    public void restore(PostgresServer server, String database) {
        try {
            if (isArchive()) {
                PgRestore.run(path, sql -> load(sql, server, database));
            } else {
                try (InputStream in = open()) {
                    load(in, server, database);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the dump " + name + " from " + path, e);
        }
    }

    private void load(InputStream sql, PostgresServer server, String database) throws IOException {
        DumpLoader.load(sql, name, server, database);
    }

    /** Restores it on this server unless that was done before, and returns the name of a database to copy. */
    String templateOn(PostgresServer server) {
        String known = server.templates().get(path);
        if (known != null) {
            return known;
        }
        String name = "godwit_template_" + (server.templates().size() + 1);
        server.dropDatabase(name);
        server.createDatabase(name);
        restore(server, name);
        server.templates().put(path, name);
        return name;
    }

    private boolean isArchive() throws IOException {
        if (Files.isDirectory(path)) {
            return true;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(CUSTOM.length), CUSTOM);
        }
    }

    private InputStream open() throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        in.mark(GZIP.length);
        boolean packed = Arrays.equals(in.readNBytes(GZIP.length), GZIP);
        in.reset();
        return packed ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
