package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that was promoted may lack what was applied already: nobody goes on from it, neither this process nor the next. */
@Tag("F9")
final class PromotedSourceIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SAYS = "one that was promoted, may lack changes that were applied already";

    @Test
    void endsTheRunAndIsNotTakenUpAgain() throws Exception {
        try (PostgresServer source = PostgresServer.builder("13").start();
                PostgresServer target = PostgresServer.builder("17").start()) {
            Migration migration = migration(source, target).build();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LIMIT);
                promote(source);
                Awaitility.await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
                assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT))
                        .isInstanceOf(MigrationException.class)
                        .hasStackTraceContaining(SAYS);
            }
            assertThatThrownBy(() -> {
                        try (MigrationRun run = migration.resume()) {
                            run.awaitReadyToCutover(LIMIT);
                        }
                    })
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("timeline");
            assertThat(target.query("postgres", "SELECT id FROM t")).containsExactly("1");
        }
    }

    @Test
    void endsTheWayBackOnlyIfItWasTheOldServer() throws Exception {
        try (PostgresServer source = PostgresServer.builder("13").start();
                PostgresServer target = PostgresServer.builder("17").start()) {
            Migration migration = migration(source, target).reverse(true).build();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LIMIT);
                run.cutover();
                run.awaitReadyToRollback(LIMIT);
            }
            promote(source);
            try (MigrationRun run = migration.resume()) {
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> String.valueOf(run.status().reverse()).contains("timeline"));
                assertThatThrownBy(run::rollback)
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("finalizeMigration() gives it up");
                assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
                assertThat(run.finalizeMigration().left()).isEmpty();
            }
            assertThat(target.query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                    .isEmpty();
            assertThat(target.query("postgres", "SELECT pubname FROM pg_publication"))
                    .isEmpty();
            assertThat(target.query("postgres", "SELECT id FROM t")).containsExactly("1");
        }
    }

    private static Migration.Builder migration(PostgresServer source, PostgresServer target) {
        source.execute("postgres", "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        return Migration.builder()
                .name("promoted")
                .source(Endpoint.of(source.url("postgres")).credentials("postgres", ""))
                .target(Endpoint.of(target.url("postgres")).credentials("postgres", ""));
    }

    private static void promote(PostgresServer server) throws Exception {
        server.stop(StopMode.FAST);
        Files.createFile(server.dataDirectory().resolve("standby.signal"));
        server.start();
        server.execute("postgres", "SELECT pg_promote()");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> server.query("postgres", "SELECT NOT pg_is_in_recovery()")
                        .get(0)
                        .equals("t"));
    }
}
