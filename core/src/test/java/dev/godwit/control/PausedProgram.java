package dev.godwit.control;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import java.time.Duration;

/** A process that pauses its migration when it is ready, says so on its output when it stands still, and waits to be killed. */
final class PausedProgram {
    static final String STANDS = "stands still";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private PausedProgram() {}

    /** Takes the URLs of source and target. */
    public static void main(String[] arguments) throws Exception {
        Migration migration = Migration.builder()
                .name(Held.NAME)
                .source(Endpoint.of(arguments[0]).credentials("postgres", ""))
                .target(Endpoint.of(arguments[1]).credentials("postgres", ""))
                .listener(event -> {
                    if (event instanceof MigrationEvent.Warning warning
                            && warning.message().contains("paused by MigrationRun.pause()")) {
                        System.out.println(STANDS);
                    }
                })
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            run.pause();
            if (System.in.read() < 0) {
                System.out.println("the test has ended");
            }
        }
    }
}
