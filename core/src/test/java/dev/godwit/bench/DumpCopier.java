package dev.godwit.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code pg_dump -Fd} and then {@code pg_restore}, both with two jobs. */
record DumpCopier(CopyServers servers, Path dump, Path restore) implements Copier {

    @Override
    public double copy(String from, String to) throws Exception {
        Path directory = Files.createTempDirectory("godwit-dump");
        String jobs = "-j" + CopyServers.WORKERS;
        String archive = directory.resolve("archive").toString();
        long started = System.nanoTime();
        CopyServers.run(dump, Map.of(), "-Fd", jobs, "-f", archive, "-d", CopyServers.uri(servers.source(), from));
        CopyServers.run(restore, Map.of(), jobs, "-d", CopyServers.uri(servers.target(), to), archive);
        double seconds = (System.nanoTime() - started) / 1e9;
        Scratch.delete(directory);
        return seconds;
    }

    @Override
    public String description() {
        return dump + " -Fd -j2, " + restore + " -j2";
    }
}
