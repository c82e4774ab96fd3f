package dev.godwit.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Turns an archive of pg_dump into SQL by pg_restore, which is not among the binaries that the testkit fetches. */
final class PgRestore {
    static final String PROPERTY = "godwit.testkit.pg_restore";

    private static final List<Path> INSTALLATIONS = List.of(
            Path.of("/usr/lib/postgresql"), Path.of("/usr/local/opt"), Path.of("/opt/homebrew/opt"), Path.of("/usr"));

    private PgRestore() {}

    /** Reads what it writes. */
    interface Reader {
        void read(InputStream sql) throws IOException;
    }

    static void run(Path archive, Reader reader) throws IOException {
        String program = find(archive);
        Path errors = Files.createTempFile(ServerDirectory.PREFIX + "restore-", ".log");
        Process process = new ProcessBuilder(program, "-f", "-", archive.toString())
                .redirectError(errors.toFile())
                .start();
        try {
            try (InputStream sql = process.getInputStream()) {
                reader.read(sql);
            }
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new TestkitException(program + " cannot read " + archive
                        + "; it must be of the version of the pg_dump that wrote it, or newer:\n"
                        + Files.readString(errors, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while reading " + archive, e);
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    /** Where the user says, else the newest installed one, else that of the path. */
    private static String find(Path archive) throws IOException {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return named;
        }
        List<Path> found = new ArrayList<>();
        for (Path above : INSTALLATIONS) {
            if (Files.isDirectory(above)) {
                try (Stream<Path> inside = Files.list(above)) {
                    inside.sorted(Comparator.comparingInt(PgRestore::version).reversed())
                            .map(directory -> directory.resolve("bin/pg_restore"))
                            .filter(Files::isExecutable)
                            .forEach(found::add);
                }
            }
        }
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(directory, Platform.WINDOWS ? "pg_restore.exe" : "pg_restore");
            if (Files.isExecutable(candidate)) {
                found.add(candidate);
            }
        }
        if (found.isEmpty()) {
            throw new TestkitException(
                    archive + " is an archive, which takes pg_restore, and there is none on the path: install"
                            + " PostgreSQL's client programs, name it with -D" + PROPERTY
                            + ", or make a plain dump (pg_dump -Fp)");
        }
        return found.get(0).toString();
    }

    /** The number in the name of an installation, as in {@code postgresql/15} or {@code pgsql-15}. */
    private static int version(Path installation) {
        String digits = installation.toFile().getName().replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
    }
}
