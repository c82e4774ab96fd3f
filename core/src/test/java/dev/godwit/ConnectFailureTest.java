package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.internal.plan.RefusedConnection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What is said of refusals that no server of a test gives. */
final class ConnectFailureTest {

    @Test
    void namesThePoolerThatRefusesAStartupParameter() {
        assertThat(remedy("FATAL: unsupported startup parameter: options", "08P01"))
                .contains("If a pooler answers there")
                .contains("of the source's server itself");
    }

    @Test
    void namesTlsWhereTheServerSaysThatThereWasNone() {
        String refused =
                "FATAL: no pg_hba.conf entry for replication connection from host \"10.0.0.7\", user \"mover\", ";
        assertThat(remedy(refused + "no encryption", "28000"))
                .contains("host    replication    \"mover\"    10.0.0.7/32    scram-sha-256")
                .endsWith("connect with sslmode=verify-full.");
        assertThat(remedy(refused + "SSL encryption", "28000"))
                .contains("host    replication    \"mover\"    10.0.0.7/32    scram-sha-256")
                .doesNotContain("verify-full");
    }

    private static String remedy(String message, String state) {
        Endpoint endpoint = Endpoint.of("jdbc:postgresql://db.example/app");
        SQLException explained =
                ConnectFailure.explain(new SQLException(message, state), "source", endpoint, "mover", true);
        assertThat((Throwable) explained).isInstanceOf(RefusedConnection.class).hasMessageContaining(message);
        return ((RefusedConnection) explained).remedy();
    }
}
