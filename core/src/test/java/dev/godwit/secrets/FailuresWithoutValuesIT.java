package dev.godwit.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.event.ProgressLogger;
import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.PlantedValues;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every kind of failure that quotes a row, provoked with a planted one: neither exceptions nor events, logs or memory show it, but
 * all of them say what has failed and where.
 */
@Tag("B6")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "15", target = "17")
final class FailuresWithoutValuesIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** Put together by the server, so that no statement of a test holds the value. */
    private static final String VALUE =
            "'" + PlantedValues.ROW.substring(0, 6) + "' || '" + PlantedValues.ROW.substring(6) + "'";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void prepare(PostgresPair pair) {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute(
                    pair.database(), "CREATE ROLE mover LOGIN SUPERUSER PASSWORD '" + PlantedValues.PASSWORD + "'");
            server.hba(
                    "host all mover 127.0.0.1/32 scram-sha-256",
                    "host replication mover 127.0.0.1/32 scram-sha-256",
                    "host all all 127.0.0.1/32 trust");
        }
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, v text)",
                        "INSERT INTO item SELECT i, " + VALUE + " FROM generate_series(1, 3) i");
    }

    @Test
    void aUniqueViolationInTheCopy(PostgresPair pair) {
        failsInTheCopy(
                pair, List.of("CREATE UNIQUE INDEX only_one ON item (v)"), "public.item", "23505", "\"only_one\"");
    }

    @Test
    void aCheckViolationInTheCopy(PostgresPair pair) {
        failsInTheCopy(
                pair,
                List.of("ALTER TABLE item ADD CONSTRAINT never CHECK (v !~ 'row')"),
                "public.item",
                "23514",
                "\"never\"");
    }

    @Test
    void anotherTypeInTheCopy(PostgresPair pair) {
        failsInTheCopy(pair, List.of("ALTER TABLE item ALTER v TYPE int USING 0"), "public.item", "22P0");
    }

    @Test
    void aTriggerThatRaisesTheRowInTheCopy(PostgresPair pair) {
        failsInTheCopy(pair, raising("RAISE EXCEPTION 'not %', NEW.v"), "public.item", "P0001");
    }

    @Test
    void aTriggerThatRaisesTheRowUnderAStateOfItsChoice(PostgresPair pair) {
        failsInTheCopy(
                pair,
                raising("RAISE EXCEPTION 'not %', NEW.v USING ERRCODE = '42501', DETAIL = NEW.v, HINT = NEW.v"),
                "public.item",
                "42501");
    }

    @Test
    void anIndexThatCannotBeBuilt(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE FUNCTION fine(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'",
                        "CREATE INDEX item_fine ON item (fine(v))");
        failsInTheCopy(
                pair,
                List.of("CREATE OR REPLACE FUNCTION fine(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS"
                        + " 'BEGIN RAISE EXCEPTION ''not %'', $1; END'"),
                "public.item",
                "P0001");
    }

    @Test
    void aForeignKeyThatDoesNotHold(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE parent (v text PRIMARY KEY)",
                        "INSERT INTO parent SELECT v FROM item LIMIT 1",
                        "ALTER TABLE item ADD CONSTRAINT item_parent FOREIGN KEY (v) REFERENCES parent",
                        "SET session_replication_role = replica; DELETE FROM parent; RESET session_replication_role");
        failsInTheCopy(pair, List.of(), "item_parent", "23503");
    }

    @Test
    void aConflictInTheStream(PostgresPair pair) {
        pair.source().execute(pair.database(), "CREATE TABLE named (v text PRIMARY KEY)");
        fails(
                pair,
                builder(pair).build(),
                run -> {
                    run.awaitReadyToCutover(LIMIT);
                    pair.target().execute(pair.database(), "INSERT INTO named VALUES (" + VALUE + ")");
                    pair.source().execute(pair.database(), "INSERT INTO named VALUES (" + VALUE + ")");
                },
                "public.named",
                "INSERT_CONFLICT");
    }

    @Test
    void aTriggerThatRaisesTheRowInTheStream(PostgresPair pair) {
        fails(
                pair,
                builder(pair).build(),
                run -> {
                    run.awaitReadyToCutover(LIMIT);
                    pair.target()
                            .execute(
                                    pair.database(),
                                    raising("RAISE EXCEPTION 'not %', NEW.v").toArray(String[]::new));
                    pair.source().execute(pair.database(), "UPDATE item SET id = id + 10");
                },
                "public.item",
                "P0001");
    }

    @Test
    void aValueThatTheStreamsTargetCannotRead(PostgresPair pair) {
        fails(
                pair,
                builder(pair).build(),
                run -> {
                    run.awaitReadyToCutover(LIMIT);
                    pair.target()
                            .execute(
                                    pair.database(),
                                    "ALTER TABLE item ADD CONSTRAINT never CHECK (v::int > 0) NOT VALID");
                    pair.source().execute(pair.database(), "INSERT INTO item VALUES (99, " + VALUE + ")");
                },
                "public.item",
                "22P02");
    }

    @Test
    void aCutoverThatIsUndone(PostgresPair pair) throws Exception {
        Migration migration = builder(pair).build();
        try (Overheard overheard = new Overheard(Level.FINEST)) {
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LIMIT);
                pair.source().execute(pair.database(), "CREATE MATERIALIZED VIEW sums AS SELECT v FROM item");
                Throwable refused = catchThrowable(run::cutover);
                assertThat(refused).isNotNull();
                Overheard.assertNothingPlanted(refused);
            }
            overheard.assertNothingPlanted();
        }
        migration.cleanUp();
    }

    @Test
    void aPasswordThatIsWrong(PostgresPair pair) {
        pair.target().execute(pair.database(), "ALTER ROLE mover PASSWORD 'another'");
        try (Overheard overheard = new Overheard(Level.FINEST)) {
            Throwable refused = catchThrowable(() -> builder(pair).build().start());
            assertThat(refused).hasMessageContaining("28P01").hasMessageContaining("mover");
            Overheard.assertNothingPlanted(refused);
            overheard.assertNothingPlanted();
        }
    }

    private static List<String> raising(String statement) {
        return List.of(
                "CREATE FUNCTION raising() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN " + statement + "; END$$",
                "CREATE TRIGGER raising BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION raising()",
                "ALTER TABLE item ENABLE ALWAYS TRIGGER raising");
    }

    private interface Provocation {
        void in(MigrationRun run) throws Exception;
    }

    /** Changes the target when its tables are there and nothing is copied yet. */
    private void failsInTheCopy(PostgresPair pair, List<String> onTarget, String... expected) {
        AtomicBoolean done = new AtomicBoolean();
        CopyOptions options = CopyOptions.builder()
                .throttle(context -> {
                    if (!done.getAndSet(true) && !onTarget.isEmpty()) {
                        pair.target().execute(pair.database(), onTarget.toArray(String[]::new));
                    }
                    return null;
                })
                .build();
        fails(pair, builder(pair).copy(options).build(), run -> {}, expected);
    }

    private void fails(PostgresPair pair, Migration migration, Provocation provocation, String... expected) {
        try (Overheard overheard = new Overheard(Level.FINEST)) {
            try (MigrationRun run = migration.start()) {
                provocation.in(run);
                Throwable failure = catchThrowable(() -> run.awaitCompleted(LIMIT));
                assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
                assertThat(failure).hasMessageContainingAll(expected);
                Overheard.assertNothingPlanted(failure);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            assertThat(events).hasAtLeastOneElementOfType(MigrationEvent.Failed.class);
            assertThat(events)
                    .allSatisfy(event -> assertThat(PlantedValues.in(event.toString()))
                            .as(event.toString())
                            .isEmpty());
            Overheard.assertNothingPlanted(pair.target(), pair.database());
            overheard.assertNothingPlanted();
            assertThat(overheard.lines()).anyMatch(line -> line.contains("failed in"));
        }
        migration.cleanUp();
    }

    private Migration.Builder builder(PostgresPair pair) {
        return Migration.builder()
                .name("secretive")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", PlantedValues.PASSWORD))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", PlantedValues.PASSWORD))
                .listener(new ProgressLogger())
                .listener(events::add);
    }
}
