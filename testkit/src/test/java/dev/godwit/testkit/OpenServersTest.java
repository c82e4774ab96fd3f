package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenServersTest {
    @Test
    void oneThatCannotBeClosedKeepsNoneOfTheOthersFromIt() {
        List<String> closed = new ArrayList<>();
        boolean[] stuck = {true};
        PostgresServer first = FakeServer.at("127.0.0.1", 1, () -> closed.add("first"));
        PostgresServer second = FakeServer.at("127.0.0.1", 2, () -> {
            if (stuck[0]) {
                throw new TestkitException("does not stop");
            }
        });
        PostgresServer third = FakeServer.at("127.0.0.1", 3, () -> closed.add("third"));
        OpenServers.close(List.of(first, second, third));
        assertThat(closed).containsExactly("first", "third");
        assertThat(OpenServers.all()).doesNotContain(first, third).contains(second);
        stuck[0] = false;
        second.close();
        assertThat(OpenServers.all()).doesNotContain(second);
    }
}
