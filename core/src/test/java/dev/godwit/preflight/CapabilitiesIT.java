package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Part;
import dev.godwit.preflight.Capabilities.EventTriggers;
import dev.godwit.preflight.Capabilities.LargeObjects;
import dev.godwit.preflight.Capabilities.Places;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever rights the role has on either server, and whatever the source has of event triggers, large objects, slots and walsenders:
 * the preflight tells all that is missing before anything is made, or the migration succeeds. {@code -Dgodwit.capabilities} is how many
 * combinations of either outcome there are ({@code 1000} for all, of which there may be a {@link Part}),
 * {@code -Dgodwit.capabilities.seed} repeats a choice, and {@code -Dgodwit.capabilities.only} has the one that is called so.
 */
@Tag("S2")
@PostgresPairTest(source = "17", target = "17")
final class CapabilitiesIT {
    private static final Logger LOG = LoggerFactory.getLogger(CapabilitiesIT.class);
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String OBJECTS = "SELECT oid, lo_get(oid) FROM pg_largeobject_metadata ORDER BY 1";

    private static Stream<Capabilities> combinations() {
        String only = System.getProperty("godwit.capabilities.only", "");
        if (!only.isEmpty()) {
            return Capabilities.all().stream().filter(each -> each.toString().equals(only));
        }
        int ofEach = Integer.getInteger("godwit.capabilities", 2);
        long seed = Long.getLong(
                "godwit.capabilities.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        LOG.warn("-Dgodwit.capabilities.seed={}", seed);
        List<Capabilities> mixed = new ArrayList<>(Capabilities.all());
        Collections.shuffle(mixed, new Random(seed));
        List<Capabilities> some = Stream.of(true, false)
                .flatMap(migrates -> mixed.stream()
                        .filter(each -> each.blockers().isEmpty() == migrates)
                        .limit(ofEach))
                // A server whose settings are others is restarted; and parts of all are the same in each process.
                .sorted(Comparator.comparing(Capabilities::places).thenComparing(Capabilities::toString))
                .toList();
        return Part.of(some).stream();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void suffice(Capabilities capabilities, PostgresPair pair) throws Exception {
        capabilities.prepare(pair);
        Migration migration = Migration.builder()
                .name("capable")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                .build();
        if (capabilities.blockers().isEmpty()) {
            migrate(migration, capabilities, pair);
        } else {
            refuse(migration, capabilities, pair);
        }
    }

    private static void refuse(Migration migration, Capabilities capabilities, PostgresPair pair) {
        Set<String> before = Left.on(pair);
        assertThatThrownBy(migration::start)
                .isInstanceOfSatisfying(
                        PreflightFailedException.class,
                        e -> assertThat(Left.blockers(e.report()))
                                .as("%s", e.report())
                                .isEqualTo(capabilities.blockers()));
        assertThat(Left.on(pair)).isEqualTo(before);
    }

    private static void migrate(Migration migration, Capabilities capabilities, PostgresPair pair) throws Exception {
        assertThat(Left.blockers(migration.preflight())).isEmpty();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            write(capabilities, pair.source());
            run.awaitReadyToCutover(READY);
            verify(run, capabilities);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        for (String content : List.of("TABLE orders", OBJECTS)) {
            assertThat(pair.target().query("app", content))
                    .isEqualTo(pair.source().query("app", content));
        }
        assertThat(pair.target().query("app", "SELECT count(*) FROM orders")).containsExactly("11");
        String triggers = "SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1";
        assertThat(pair.target().query("app", triggers))
                .isEqualTo(capabilities.carriesEventTriggers() ? pair.source().query("app", triggers) : List.of());
        migration.cleanUp();
    }

    /** It takes a second slot, and a second walsender. */
    private static void verify(MigrationRun run, Capabilities capabilities) throws Exception {
        if (capabilities.places() == Places.ONE) {
            assertThatThrownBy(run::verify)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("raise max_replication_slots and max_wal_senders, then try again");
        } else {
            assertThat(run.verify().differences()).isEmpty();
        }
    }

    private static void write(Capabilities capabilities, PostgresServer source) {
        source.execute("app", "INSERT INTO orders (item) VALUES ('late')");
        if (capabilities.largeObjects() != LargeObjects.NONE) {
            source.execute("app", "SELECT lo_put(11, 0, 'later')");
        }
        if (capabilities.eventTriggers() != EventTriggers.NONE) {
            source.execute("app", "INSERT INTO defined (tag) VALUES ('none')");
        }
    }
}
