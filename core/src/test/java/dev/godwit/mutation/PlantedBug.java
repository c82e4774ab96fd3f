package dev.godwit.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A mistake.
 *
 * @param name short
 * @param what it is, in words
 * @param tests a test class, or one method of it ({@code Class#method}), at least one of which must find it
 * @param edits what is changed
 */
record PlantedBug(String name, String what, List<String> tests, List<Edit> edits) {

    /**
     * A change of one file.
     *
     * @param file the source's path in the project
     * @param from what stands there
     * @param to what is put in its place, the first time that it stands there
     */
    record Edit(String file, String from, String to) {}

    private static final String NAME = "== ";
    private static final String TEST = "test ";
    private static final String FILE = "file ";
    private static final String FROM = "<<<<";
    private static final String TO = "====";
    private static final String END = ">>>>";

    /** Reads all of them. */
    static List<PlantedBug> all() {
        try (InputStream in = Objects.requireNonNull(PlantedBug.class.getResourceAsStream("planted-bugs.txt"))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<PlantedBug> parse(List<String> lines) {
        List<PlantedBug> bugs = new ArrayList<>();
        for (int i = 0; i < lines.size(); ) {
            String name = lines.get(i++).substring(NAME.length());
            PlantedBug bug = new PlantedBug(name, lines.get(i++), new ArrayList<>(), new ArrayList<>());
            while (lines.get(i).startsWith(TEST)) {
                bug.tests().add(lines.get(i++).substring(TEST.length()));
            }
            while (i < lines.size() && lines.get(i).startsWith(FILE)) {
                String file = lines.get(i++).substring(FILE.length());
                int to = i + lines.subList(i, lines.size()).indexOf(TO);
                int end = i + lines.subList(i, lines.size()).indexOf(END);
                if (!lines.get(i).equals(FROM) || to <= i || end <= to) {
                    throw new IllegalStateException(name + ": " + FROM + ", " + TO + ", " + END + " are not in order");
                }
                bug.edits()
                        .add(new Edit(
                                file,
                                String.join("\n", lines.subList(i + 1, to)),
                                String.join("\n", lines.subList(to + 1, end))));
                i = end + 1;
            }
            bugs.add(bug);
        }
        return bugs;
    }

    /**
     * Gives the sources as they are with the mistake.
     *
     * @param project the directory of the whole project
     * @return the text by path
     */
    Map<String, String> sources(Path project) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Edit edit : edits) {
            String source = sources.containsKey(edit.file())
                    ? Objects.requireNonNull(sources.get(edit.file()))
                    : Files.readString(project.resolve(edit.file()));
            int at = source.indexOf(edit.from());
            if (at < 0) {
                throw new IllegalStateException(
                        name + ": " + edit.file() + " has no '" + edit.from() + "' any more; plant it elsewhere");
            }
            sources.put(
                    edit.file(),
                    source.substring(0, at)
                            + edit.to()
                            + source.substring(at + edit.from().length()));
        }
        return sources;
    }
}
