package dev.godwit.schema;

import dev.godwit.testkit.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What pg_dump writes of a schema, without its header and whatever the order of the statements. */
final class PgDump {

    private static final Pattern SETTING =
            Pattern.compile("(?m)^SET (default_tablespace|default_table_access_method) = (.*);$");

    private PgDump() {}

    /** Finds the program: among the directories of {@code godwit.testkit.binaries}, then where Debian's packages are. */
    static Optional<Path> program(int major) {
        String directories = System.getProperty("godwit.testkit.binaries", "");
        return Stream.concat(
                        Stream.of(directories.split(File.pathSeparator))
                                .filter(directory -> !directory.isEmpty())
                                .map(Path::of),
                        Stream.of(Path.of("/usr/lib/postgresql")))
                .map(directory -> directory.resolve(major + "/bin/pg_dump"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The statements of {@code pg_dump --schema-only}, sorted; with owners and privileges where asked for. */
    static List<String> schema(Path program, PostgresServer server, String database, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--schema-only",
                "--host=127.0.0.1",
                "--port=" + server.port(),
                "--username=" + server.superuser(),
                "--dbname=" + database));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("pg_dump of " + database + " failed");
        }
        return statements(text);
    }

    /** Sections sorted; a setting that holds until the next one of its kind is written to those that it concerns. */
    private static List<String> statements(String text) {
        List<String> sections = new ArrayList<>();
        String state = "";
        for (String section : text.replaceAll("(?m)^\\\\(un)?restrict .*$", "").split("(?m)^--\n-- Name: ")) {
            String bare = SETTING.matcher(section)
                    .replaceAll("")
                    .replaceAll("\n{2,}$", "\n")
                    .strip();
            boolean isTable = (bare.contains("; Type: TABLE;") && !bare.contains("PARTITION BY"))
                    || bare.contains("; Type: MATERIALIZED VIEW;");
            sections.add(isTable ? bare + "\n" + state : bare);
            var settings = SETTING.matcher(section);
            while (settings.find()) {
                String name = settings.group(1);
                state = state.replaceAll("\\[" + name + "=[^]]*]", "") + "[" + name + "=" + settings.group(2) + "]";
            }
            state = Stream.of(state.split("(?<=])")).sorted().reduce("", String::concat);
        }
        sections.sort(null);
        return sections;
    }

    /** The lines of statements that only one of the two has, marked as diff does. */
    static List<String> difference(List<String> source, List<String> target) {
        List<String> onlySource = new ArrayList<>(source);
        target.forEach(onlySource::remove);
        List<String> onlyTarget = new ArrayList<>(target);
        source.forEach(onlyTarget::remove);
        List<String> lines = new ArrayList<>();
        onlySource.forEach(statement -> statement.lines().forEach(line -> lines.add("< " + line)));
        onlyTarget.forEach(statement -> statement.lines().forEach(line -> lines.add("> " + line)));
        return lines;
    }
}
