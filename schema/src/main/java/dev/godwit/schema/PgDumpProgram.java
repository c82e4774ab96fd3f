package dev.godwit.schema;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pg_dump that is installed.
 *
 * @param path the program
 * @param major its version, such as 15
 */
record PgDumpProgram(Path path, int major) {

    private static final Pattern VERSION = Pattern.compile("pg_dump \\(PostgreSQL\\) (\\d+).*", Pattern.DOTALL);
    private static final long VERSION_SECONDS = 20;
    private static final String NAME = File.separatorChar == '\\' ? "pg_dump.exe" : "pg_dump";

    /** Where packages put the programs of one version: a directory, and the pattern of those in it. */
    private static final List<Map.Entry<String, String>> USUAL = List.of(
            Map.entry("/usr/lib/postgresql", "*/bin"),
            Map.entry("/usr", "pgsql-*/bin"),
            Map.entry("/opt/homebrew/opt", "{postgresql,libpq}*/bin"),
            Map.entry("/usr/local/opt", "{postgresql,libpq}*/bin"),
            Map.entry("C:\\Program Files\\PostgreSQL", "*/bin"));

    /** Where programs may be, and what came of looking there. */
    record Search(List<Path> directories, List<PgDumpProgram> found, List<String> unusable) {}

    /**
     * Finds the one that fits best: of the target's version; else the newest below that which can read the source; else the oldest above
     * it, whose statements the target may not know all.
     *
     * @param given the program or its directory, if the user has named it
     * @throws IllegalStateException if there is none, saying which is needed and where it was looked for
     */
    static PgDumpProgram find(@Nullable Path given, int source, int target) {
        return find(given == null ? search(directories()) : search(given), given, source, target);
    }

    static PgDumpProgram find(Search search, @Nullable Path given, int source, int target) {
        List<PgDumpProgram> usable = search.found().stream()
                .filter(program -> program.major() >= source)
                .sorted(Comparator.comparingInt(PgDumpProgram::major))
                .toList();
        Optional<PgDumpProgram> notAbove =
                usable.stream().filter(program -> program.major() <= target).reduce((one, newer) -> newer);
        return notAbove.or(() -> usable.stream().findFirst())
                .orElseThrow(() -> new IllegalStateException(missing(search, given, source, target)));
    }

    private static String missing(Search search, @Nullable Path given, int source, int target) {
        StringBuilder text = new StringBuilder("SchemaPreparers.pgDump: needs pg_dump " + source
                + " or later, since the source is PostgreSQL " + source + "; "
                + (given == null ? "looked in " + search.directories() : "looked at " + given + ", which was named")
                + ", and found ");
        text.append(search.found().isEmpty() ? "none" : "only");
        search.found()
                .forEach(program -> text.append(' ')
                        .append(program.path())
                        .append(" (version ")
                        .append(program.major())
                        .append(')'));
        search.unusable().forEach(problem -> text.append("; ").append(problem));
        return text + ". Install the client programs of PostgreSQL " + target
                + " where Godwit runs, or name the program by PgDumpOptions.program, or use SchemaPreparers.fromCatalog(),"
                + " which needs none";
    }

    private static Search search(Path given) {
        Path program = Files.isDirectory(given) ? given.resolve(NAME) : given;
        List<PgDumpProgram> found = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        if (Files.isExecutable(program)) {
            add(program, found, unusable);
        } else {
            unusable.add(program + " does not exist or may not be executed");
        }
        return new Search(List.of(program), found, unusable);
    }

    static Search search(List<Path> directories) {
        List<PgDumpProgram> found = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        for (Path directory : directories) {
            Path program = directory.resolve(NAME);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                add(program, found, unusable);
            }
        }
        return new Search(directories, found, unusable);
    }

    private static List<Path> directories() {
        Set<Path> directories = new LinkedHashSet<>();
        String path = System.getenv("PATH");
        if (path != null) {
            for (String directory : path.split(File.pathSeparator)) {
                if (!directory.isBlank()) {
                    directories.add(Path.of(directory));
                }
            }
        }
        for (Map.Entry<String, String> usual : USUAL) {
            Path above = Path.of(usual.getKey());
            if (Files.isDirectory(above)) {
                directories.addAll(below(above, usual.getValue().split("/")));
            }
        }
        return List.copyOf(directories);
    }

    private static List<Path> below(Path above, String[] pattern) {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(above, pattern[0])) {
            versions.forEach(version -> directories.add(version.resolve(pattern[1])));
        } catch (IOException e) {
            // Told as a place in which nothing was found.
            directories.add(above);
        }
        directories.sort(Comparator.reverseOrder());
        return directories;
    }

    private static void add(Path program, List<PgDumpProgram> found, List<String> unusable) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                unusable.add(program + " --version does not end");
                return;
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            var version = VERSION.matcher(answer);
            if (version.matches()) {
                found.add(new PgDumpProgram(program, Integer.parseInt(version.group(1))));
            } else {
                unusable.add(program + " --version says '"
                        + answer.lines().findFirst().orElse("") + "'");
            }
        } catch (IOException e) {
            unusable.add(program + " cannot be executed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unusable.add(program + " was not asked for its version, since the thread was interrupted");
        }
    }
}
