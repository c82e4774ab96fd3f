package dev.godwit.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code pgcopydb clone}. */
record PgcopydbCopier(CopyServers servers, Path program) implements Copier {

    @Override
    public double copy(String from, String to) throws Exception {
        Path directory = Files.createTempDirectory("godwit-pgcopydb");
        String jobs = Integer.toString(CopyServers.WORKERS);
        long started = System.nanoTime();
        CopyServers.run(
                program,
                Map.of(),
                "clone",
                "--source",
                CopyServers.uri(servers.source(), from),
                "--target",
                CopyServers.uri(servers.target(), to),
                "--table-jobs",
                jobs,
                "--index-jobs",
                jobs,
                "--dir",
                directory.resolve("state").toString());
        double seconds = (System.nanoTime() - started) / 1e9;
        Scratch.delete(directory);
        return seconds;
    }

    @Override
    public String description() {
        return program + " clone";
    }
}
