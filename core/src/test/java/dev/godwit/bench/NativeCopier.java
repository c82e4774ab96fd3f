package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The schema by {@code pg_dump}, the rows by a subscription's initial synchronisation. */
record NativeCopier(CopyServers servers, Path dump, Path psql) implements Copier {

    @Override
    public double copy(String from, String to) throws Exception {
        Path script = Files.createTempFile("godwit-schema", ".sql");
        PostgresServer source = servers.source();
        PostgresServer target = servers.target();
        source.execute(from, "CREATE PUBLICATION bench FOR ALL TABLES");
        long started = System.nanoTime();
        CopyServers.run(
                dump,
                Map.of(),
                "-s",
                "--no-publications",
                "-f",
                script.toString(),
                "-d",
                CopyServers.uri(source, from));
        CopyServers.run(psql, Map.of(), "-q", "-f", script.toString(), "-d", CopyServers.uri(target, to));
        target.execute(
                to,
                "CREATE SUBSCRIPTION bench_" + to + " CONNECTION '" + CopyServers.uri(source, from)
                        + "' PUBLICATION bench");
        while (!target.query(to, "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'")
                .equals(List.of("0"))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        target.execute(to, "DROP SUBSCRIPTION bench_" + to);
        source.execute(from, "DROP PUBLICATION bench");
        Files.delete(script);
        return seconds;
    }

    @Override
    public String description() {
        return "CREATE SUBSCRIPTION with " + CopyServers.WORKERS + " synchronisation workers";
    }
}
