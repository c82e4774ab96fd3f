package dev.godwit.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Phases SCHEMA and SNAPSHOT of a migration: there are no foreign keys in the data. What goes before, the preflight above all, is told but
 * not counted, as nobody else has one.
 */
record GodwitCopier(CopyServers servers) implements Copier {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    @Override
    public double copy(String from, String to) throws Exception {
        AtomicLong began = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        Migration migration = Migration.builder()
                .name("bench")
                .source(endpoint(servers.source(), from))
                .target(endpoint(servers.target(), to))
                .copy(CopyOptions.builder().workers(CopyServers.WORKERS).build())
                .listener(event -> {
                    if (event instanceof MigrationEvent.PhaseChanged changed) {
                        if (changed.to() == MigrationPhase.SCHEMA) {
                            began.compareAndSet(0, System.nanoTime());
                        } else if (isOver(changed.to())) {
                            ended.compareAndSet(0, System.nanoTime());
                            over.countDown();
                        }
                    }
                })
                .build();
        long processor = processorNanos();
        long started = System.nanoTime();
        try (MigrationRun run = migration.start()) {
            over.await();
            run.awaitReadyToCutover(LIMIT);
            run.cancel();
        }
        System.out.println(String.format(
                Locale.ROOT,
                "godwit: before SCHEMA %.2f s, processor time of this JVM %.2f s",
                (began.get() - started) / 1e9,
                (processorNanos() - processor) / 1e9));
        return (ended.get() - began.get()) / 1e9;
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static boolean isOver(MigrationPhase phase) {
        return phase == MigrationPhase.CATCH_UP || phase == MigrationPhase.FAILED;
    }

    private static Endpoint endpoint(PostgresServer server, String database) {
        return Endpoint.of(server.url(database)).credentials(server.superuser(), "");
    }

    @Override
    public String description() {
        return "SCHEMA and SNAPSHOT of a Migration with " + CopyServers.WORKERS + " workers, heap of "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MB";
    }
}
