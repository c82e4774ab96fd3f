package shop;

import static dev.godwit.testkit.PostgresAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.godwit.testkit.FromDump;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.ServerKind;
import dev.godwit.testkit.TestkitException;
import java.util.List;
import org.junit.jupiter.api.Test;

@PostgresPairTest(source = "13", target = "17")
@FromDump("shop.sql")
class ShopTest {
    @Test
    void startsFromItsDump(PostgresPair pair) {
        assertEquals(List.of("book", "lamp"), pair.source().query("app", "SELECT item FROM orders ORDER BY id"));
        assertThat(pair).hasNoLeftovers();
    }

    @Test
    void needsNoTestcontainers() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.testcontainers.DockerClientFactory"));
        TestkitException refused = assertThrows(
                TestkitException.class,
                () -> PostgresServer.builder("17").servers(ServerKind.CONTAINER).start());
        assertEquals(true, refused.getMessage().contains("org.testcontainers:testcontainers"), refused.getMessage());
    }

    /** Expected to fail: the build that runs this project looks at how. */
    @Test
    void failsBecauseARowIsMissing(PostgresPair pair) {
        pair.target().execute("app", "CREATE TABLE orders (id integer PRIMARY KEY, item text)");
        pair.target().execute("app", "INSERT INTO orders VALUES (1, 'book')");
        assertThat(pair).hasIdenticalSchema().hasIdenticalData();
    }

    /** Likewise. */
    @Test
    void leavesASlot(PostgresPair pair) {
        pair.source().execute("app", "SELECT pg_create_logical_replication_slot('forgotten', 'pgoutput')");
    }
}
