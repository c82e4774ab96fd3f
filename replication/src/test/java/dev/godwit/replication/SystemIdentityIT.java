package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SystemIdentityIT {

    /** The checkpoint that a promotion asks for takes its time where there is much to write. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tellsTheTimelineOfAServerThatHasJustBeenPromoted(int major) throws Exception {
        try (PostgresServer server = PostgresServer.builder(major)
                .parameter("checkpoint_timeout", "1h")
                .parameter("checkpoint_completion_target", "0.9")
                .start()) {
            server.execute("postgres", "CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 10000)");
            server.stop(StopMode.IMMEDIATE);
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.start();
            server.execute("postgres", "SELECT pg_promote()");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> server.query("postgres", "SELECT NOT pg_is_in_recovery()")
                            .contains("t"));
            try (Connection connection = server.connect("postgres")) {
                assertThat(SystemIdentity.of(connection).timeline()).isEqualTo(2);
            }
            assertThat(server.query("postgres", "SELECT timeline_id FROM pg_control_checkpoint()"))
                    .as("what the control file says")
                    .containsExactly("1");
            server.execute("postgres", "CHECKPOINT");
            try (Connection connection = server.connect("postgres")) {
                assertThat(SystemIdentity.of(connection).timeline()).isEqualTo(2);
            }
        }
    }
}
