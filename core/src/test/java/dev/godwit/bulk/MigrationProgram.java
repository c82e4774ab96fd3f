package dev.godwit.bulk;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Runs one migration in a JVM of its own, whose heap the test sets. Writes a line per event to its output, and cuts over when a
 * line comes in.
 */
final class MigrationProgram {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private MigrationProgram() {}

    /** Takes the URLs of source and target. */
    public static void main(String[] arguments) throws Exception {
        Migration migration = Migration.builder()
                .name("bulk")
                .source(Endpoint.of(arguments[0]).credentials("postgres", ""))
                .target(Endpoint.of(arguments[1]).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .maxWritePause(Duration.ofSeconds(20))
                        .build())
                .listener(MigrationProgram::tell)
                .build();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(PATIENCE);
            awaitLine(input);
            run.awaitReadyToCutover(PATIENCE);
            System.out.println("cutover: " + run.cutover().writePause().toMillis() + " ms of write pause");
        }
        System.out.println("collecting garbage took " + collecting().toMillis() + " ms");
        System.out.println("completed");
    }

    private static void awaitLine(BufferedReader input) throws IOException {
        if (input.readLine() == null) {
            throw new IOException("the test has ended");
        }
    }

    private static void tell(MigrationEvent event) {
        if (event instanceof MigrationEvent.PhaseChanged changed) {
            System.out.println("phase " + changed.to());
        } else if (event instanceof MigrationEvent.TableCopied copied) {
            System.out.println("copied " + copied.table() + ": " + copied.rows() + " rows, " + copied.bytes()
                    + " bytes in " + copied.took().toMillis() + " ms");
        } else if (event instanceof MigrationEvent.SchemaStepDone done
                && done.took().toMillis() > 200) {
            System.out.println("step " + done.step() + " took " + done.took().toMillis() + " ms");
        }
    }

    private static Duration collecting() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            millis += collector.getCollectionTime();
        }
        return Duration.ofMillis(millis);
    }
}
