package dev.godwit.replication.apply;

import dev.godwit.testkit.PostgresServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Servers that all scenarios of a test run share; each scenario has databases of its own. */
final class Servers {

    private static final Map<Integer, PostgresServer> RUNNING = new ConcurrentHashMap<>();

    private Servers() {}

    static PostgresServer of(int major) {
        return RUNNING.computeIfAbsent(major, m -> PostgresServer.builder(m).start());
    }

    /** Source and target versions that every kind of change is tried on. */
    static Stream<Arguments> pairs() {
        return Stream.of(Arguments.of(10, 18), Arguments.of(13, 17), Arguments.of(15, 15));
    }

    /** As {@link #pairs}, for what PostgreSQL 10 cannot do. */
    static Stream<Arguments> pairsFrom13() {
        return pairs().skip(1);
    }
}
