package dev.godwit.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what may tell why a test failed: the servers' logs of its time, and of the first failures the data directories. */
final class FailureFiles {
    static final String DIRECTORY_PROPERTY = "godwit.testkit.logs";

    /** Of how many failed tests of a JVM the data directories are kept. */
    static final String KEEP_PROPERTY = "godwit.testkit.keep";

    private static final int KEPT_BY_DEFAULT = 3;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private FailureFiles() {}

    /** Returns what was kept where, for people; servers whose data are kept are ended. */
    static String keep(String test, ServerPool.Lease lease, List<Integer> logStarts) throws IOException {
        Path directory = Files.createDirectories(Path.of(System.getProperty(DIRECTORY_PROPERTY, "target/postgres-logs"))
                .toAbsolutePath());
        boolean withData = FAILURES.incrementAndGet() <= Integer.getInteger(KEEP_PROPERTY, KEPT_BY_DEFAULT);
        StringBuilder kept = new StringBuilder("Kept of this test:");
        List<PostgresServer> servers = lease.servers();
        for (int i = 0; i < servers.size(); i++) {
            PostgresServer server = servers.get(i);
            String side = servers.size() == 1 ? "" : i == 0 ? "-source" : "-target";
            String name = test + side + "-" + server.major();
            String log = server.log();
            if (!log.isEmpty()) {
                Path file = directory.resolve(name + ".log");
                Files.writeString(file, log.substring(logStarts.get(i)), StandardCharsets.UTF_8);
                kept.append("\n  ").append(file).append(", the server's log of its time");
            }
            if (withData) {
                Directories.delete(directory.resolve(name));
                server.keep(directory.resolve(name))
                        .ifPresent(files -> kept.append("\n  ").append(files).append(", the server's directory"));
            }
        }
        return kept.toString();
    }
}
