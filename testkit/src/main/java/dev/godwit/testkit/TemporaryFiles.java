package dev.godwit.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Temporary files whose names tell whose they are: several JVMs test side by side, and each looks after its own leaks. */
final class TemporaryFiles {
    private static final long OWN = ProcessHandle.current().pid();
    private static final Pattern OWNED = Pattern.compile("godwit-[a-z-]+-p([0-9]{1,18})-.*");

    private TemporaryFiles() {}

    /** Makes a directory, whose name says what it is for. */
    static Path directory(String purpose) throws IOException {
        return Files.createTempDirectory("godwit-" + purpose + "-p" + OWN + "-");
    }

    /** Gives the names of those that are there, except directories of servers, which outlive tests, and what is another JVM's. */
    static Set<String> present() {
        String[] names = new File(System.getProperty("java.io.tmpdir"))
                .list((directory, name) ->
                        name.startsWith("godwit") && !name.startsWith(ServerDirectory.PREFIX) && !isOfAnother(name));
        return new HashSet<>(names == null ? List.of() : List.of(names));
    }

    private static boolean isOfAnother(String name) {
        Matcher owned = OWNED.matcher(name);
        return owned.matches() && Long.parseLong(owned.group(1)) != OWN;
    }
}
