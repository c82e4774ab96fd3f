package dev.godwit.bench;

import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Migration} with default options, whose traffic switch tells the clients of the other server. */
final class GodwitMover implements Mover {
    private static final int ATTEMPTS = 30;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final CopyServers servers;
    private final String bank;
    private final AtomicReference<BankClients> clients = new AtomicReference<>();

    @Nullable
    private MigrationRun run;

    GodwitMover(CopyServers servers, String bank) {
        this.servers = servers;
        this.bank = bank;
    }

    private Endpoint endpoint(PostgresServer server) {
        return Endpoint.of(server.url(bank)).credentials(server.superuser(), "");
    }

    private MigrationRun run() {
        return Objects.requireNonNull(run, "prepared first");
    }

    @Override
    public void prepare() throws Exception {
        run = Migration.builder()
                .name(bank)
                .source(endpoint(servers.source()))
                .target(endpoint(servers.target()))
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(context -> Objects.requireNonNull(clients.get())
                                .switchTo(servers.target().dataSource(bank)))
                        .build())
                .build()
                .start();
        run().awaitReadyToCutover(LIMIT);
    }

    /** Rehearses the move; clients stay where they are. */
    String rehearse() throws Exception {
        RehearsalReport report = insist(() -> run().rehearseCutover());
        return shown(report.expectedPause(), report.steps());
    }

    @Override
    public String move(BankClients moved) throws Exception {
        clients.set(moved);
        CutoverReport report = insist(() -> run().cutover());
        return shown(report.writePause(), report.steps());
    }

    /** The target falls behind at times where clients leave it no processor; what clients noticed of an attempt counts. */
    private <T> T insist(Callable<T> attempted) throws Exception {
        for (int attempt = 1; ; attempt++) {
            run().awaitReadyToCutover(LIMIT);
            try {
                return attempted.call();
            } catch (MigrationException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                System.out.println("           attempt " + attempt + ": " + e.getMessage());
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private static String shown(Duration pause, Map<String, Duration> steps) {
        return String.format(Locale.ROOT, "by the library %.1f: ", pause.toNanos() / 1e6)
                + steps.entrySet().stream()
                        .filter(step -> !step.getKey().equals("prepare"))
                        .map(step -> String.format(
                                Locale.ROOT,
                                "%s %.1f",
                                step.getKey(),
                                step.getValue().toNanos() / 1e6))
                        .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        if (run != null) {
            run.close();
        }
    }
}
