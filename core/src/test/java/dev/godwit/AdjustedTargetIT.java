package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What would disturb the applying of changes is put off on the target until the cutover, which gives it what the source has then. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
@Sampled(oneOf = 2)
final class AdjustedTargetIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String STATES =
            "SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger"
                    + " WHERE NOT tgisinternal UNION ALL SELECT ev_class::regclass || ' ' || rulename || ' ' || ev_enabled::text"
                    + " FROM pg_rewrite WHERE rulename = 'ruling' UNION ALL"
                    + " SELECT attrelid::regclass || ' ' || attname || ' ' || attidentity::text FROM pg_attribute"
                    + " WHERE attidentity <> '' AND NOT attisdropped AND attrelid::regclass::text NOT LIKE 'godwit.%' ORDER BY 1";

    private static final String NOTE = "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO public.audit (what) VALUES (TG_NAME); RETURN NULL; END'";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicBoolean switches = new AtomicBoolean(true);

    /** The first cutover is undone behind its decision, so that all is adjusted under the names of before. */
    @Test
    void theTargetGetsWhatTheSourceHasByThen(PostgresPair pair) throws Exception {
        String identity = "(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)";
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE SCHEMA attic",
                        "CREATE TABLE item " + identity,
                        "CREATE TABLE moved " + identity,
                        "CREATE TABLE dropped " + identity,
                        "CREATE TABLE loosened " + identity,
                        "CREATE TABLE counted (id int PRIMARY KEY, a int GENERATED ALWAYS AS IDENTITY,"
                                + " b int GENERATED ALWAYS AS IDENTITY, c int GENERATED ALWAYS AS IDENTITY)",
                        "CREATE TABLE audit (id serial PRIMARY KEY, what text)",
                        NOTE);
        for (String trigger : List.of("stays", "goes", "stops", "calms", "renames")) {
            pair.source().execute(pair.database(), trigger(trigger, "loosened"));
        }
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE RULE ruling AS ON INSERT TO counted DO ALSO INSERT INTO audit (what) VALUES ('rule')",
                        "ALTER TABLE counted ENABLE ALWAYS RULE ruling",
                        "ALTER TABLE dropped ENABLE ROW LEVEL SECURITY",
                        "INSERT INTO item (v) VALUES ('a'), ('b')",
                        "INSERT INTO moved (v) VALUES ('a')");
        switches.set(false);
        try (MigrationRun run = migration(pair, SchemaPreparers.fromCatalog()).start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover).isInstanceOf(CutoverRevertedException.class);
            both(
                    pair,
                    "ALTER TABLE item RENAME TO article",
                    "ALTER TABLE loosened RENAME TO loose",
                    "ALTER TABLE moved SET SCHEMA attic");
            pair.source().execute(pair.database(), "INSERT INTO article (v) VALUES ('c')");
            await().atMost(LIMIT).until(() -> {
                // Unless it was noticed before the row came.
                if (run.phase() == MigrationPhase.PAUSED) {
                    run.resume();
                }
                return pair.target()
                        .query(pair.database(), "SELECT count(*) FROM article")
                        .contains("3");
            });
            run.awaitReadyToCutover(LIMIT);
            both(
                    pair,
                    "DROP TABLE dropped",
                    "ALTER TABLE counted ALTER a DROP IDENTITY",
                    "ALTER TABLE counted DROP b",
                    "ALTER TABLE counted RENAME c TO d",
                    "DROP TRIGGER goes ON loose",
                    "ALTER TRIGGER renames ON loose RENAME TO renamed",
                    "ALTER TABLE loose ENABLE TRIGGER calms");
            pair.source()
                    .execute(
                            pair.database(),
                            "ALTER TABLE loose ALTER id SET GENERATED BY DEFAULT",
                            "ALTER TABLE loose DISABLE TRIGGER stops",
                            "ALTER TABLE counted ENABLE REPLICA RULE ruling");
            assertThat(run.schemaChanges()).isEmpty();
            switches.set(true);
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), STATES))
                .isEqualTo(pair.source().query(pair.database(), STATES))
                .containsExactly(
                        "article id a",
                        "attic.moved id a",
                        "counted d a",
                        "counted ruling R",
                        "loose calms O",
                        "loose id d",
                        "loose renamed A",
                        "loose stays A",
                        "loose stops D");
        requireSame(pair);
    }

    /** No reading anew comes between the statements and the cutover. */
    @Test
    void whatIsDroppedOrNewJustBeforeTheCutoverIsNotInItsWay(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE audit (id serial PRIMARY KEY, what text)",
                        "CREATE TABLE dropped (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
                        "CREATE TABLE item (id int PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, v text)",
                        "ALTER TABLE item ENABLE ROW LEVEL SECURITY",
                        "CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM item",
                        NOTE);
        pair.source().execute(pair.database(), trigger("goes", "item"));
        pair.source().execute(pair.database(), trigger("stops", "item"));
        try (MigrationRun run = migration(pair, SchemaPreparers.fromCatalog()).start()) {
            run.awaitReadyToCutover(LIMIT);
            both(
                    pair,
                    "DROP TABLE dropped",
                    "DROP TRIGGER goes ON item",
                    "ALTER TABLE item ALTER n DROP IDENTITY",
                    "ALTER TABLE item DISABLE ROW LEVEL SECURITY",
                    "DROP MATERIALIZED VIEW seen",
                    "CREATE SEQUENCE late");
            pair.source()
                    .execute(pair.database(), "ALTER TABLE item DISABLE TRIGGER stops", "SELECT setval('late', 4711)");
            pair.source().execute(pair.database(), trigger("unwanted", "item"));
            assertThat(run.acknowledgeSchemaChanges()).isPositive();
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), STATES)).containsExactly("item stops D");
        assertThat(pair.target().query(pair.database(), "SELECT last_value FROM late"))
                .containsExactly("4711");
        assertThat(pair.target()
                        .query(pair.database(), "SELECT relrowsecurity FROM pg_class WHERE oid = 'item'::regclass"))
                .containsExactly("f");
        migration(pair, SchemaPreparers.fromCatalog()).cleanUp();
    }

    @Test
    void whatIsCreatedDuringTheRunDisturbsNothing(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE audit (id serial PRIMARY KEY, what text)",
                        "CREATE TABLE item (id int PRIMARY KEY, v text)",
                        "INSERT INTO item VALUES (1, 'v')",
                        NOTE);
        try (MigrationRun run = migration(pair, SchemaPreparers.fromCatalog()).start()) {
            run.awaitReadyToCutover(LIMIT);
            both(pair, trigger("created", "item"));
            both(
                    pair,
                    "CREATE RULE ruling AS ON INSERT TO item DO ALSO INSERT INTO audit (what) VALUES ('rule')",
                    "ALTER TABLE item ENABLE ALWAYS RULE ruling",
                    "ALTER TABLE item ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 100)");
            pair.source().execute(pair.database(), trigger("quiet", "item"));
            // As the documentation advises.
            pair.target()
                    .execute(
                            pair.database(),
                            "BEGIN; " + trigger("quiet", "item")[0]
                                    + "; ALTER TABLE item DISABLE TRIGGER quiet; COMMIT");
            await().atMost(LIMIT)
                    .until(() -> pair.target()
                            .query(pair.database(), STATES)
                            .equals(List.of("item created D", "item id d", "item quiet D", "item ruling D")));
            pair.source()
                    .execute(
                            pair.database(),
                            "INSERT INTO item (v) VALUES ('new')",
                            "UPDATE item SET v = 'changed', id = DEFAULT WHERE id = 1");
            await().atMost(LIMIT)
                    .until(() -> pair.target()
                            .query(pair.database(), "SELECT v FROM item WHERE id > 1 ORDER BY v")
                            .equals(List.of("changed", "new")));
            assertThat(run.schemaChanges()).isEmpty();
            assertThat(events)
                    .filteredOn(MigrationEvent.Warning.class::isInstance)
                    .extracting(event -> ((MigrationEvent.Warning) event).message())
                    .anyMatch(
                            message -> message.startsWith("trigger \"created\" of table public.item (ENABLE ALWAYS)"));
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), STATES))
                .isEqualTo(pair.source().query(pair.database(), STATES))
                .containsExactly("item created A", "item id a", "item quiet A", "item ruling A");
        requireSame(pair);
    }

    @Test
    void anIdentityAddedBetweenTwoLooksEndsTheRunWhenItIsUpdated(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL, v text)",
                        "INSERT INTO item VALUES (1, 1, 'v')");
        Migration migration = migration(pair, SchemaPreparers.fromCatalog(), Duration.ofHours(1));
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            String identity = "ALTER TABLE item ALTER n ADD GENERATED ALWAYS AS IDENTITY (START 100)";
            pair.source().execute(pair.database(), identity, "UPDATE item SET v = 'changed' WHERE id = 1");
            awaitOnTarget(pair, "changed");
            pair.target().execute(pair.database(), identity);
            pair.source().execute(pair.database(), "UPDATE item SET v = 'again' WHERE id = 1");
            awaitOnTarget(pair, "again");
            pair.source().execute(pair.database(), "UPDATE item SET v = 'new', n = DEFAULT WHERE id = 1");
            await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
        }
        assertThat(events)
                .filteredOn(MigrationEvent.Failed.class::isInstance)
                .singleElement()
                .extracting(event -> ((MigrationEvent.Failed) event).message())
                .asString()
                .startsWith("UPDATE_MISSING on table public.item");
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), STATES)).containsExactly("item n a");
        requireSame(pair);
    }

    /** What the target has of its own is put back as it was, also if an earlier release has remembered it. */
    @Test
    void theTargetsOwnIsPutBackAsItWas(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE audit (id serial PRIMARY KEY, what text)",
                        "CREATE TABLE item (id serial PRIMARY KEY, n int GENERATED BY DEFAULT AS IDENTITY, \"V 1\" text)",
                        "INSERT INTO item (\"V 1\") VALUES ('v')");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE TABLE audit (id serial PRIMARY KEY, what text)",
                        "CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                                + " n int GENERATED ALWAYS AS IDENTITY, \"V 1\" text)",
                        NOTE,
                        "CREATE RULE ruling AS ON DELETE TO item DO ALSO INSERT INTO audit (what) VALUES ('rule')",
                        "ALTER TABLE item ENABLE REPLICA RULE ruling");
        pair.target().execute(pair.database(), trigger("o\"wn", "item"));
        Migration migration = migration(pair, SchemaPreparers.none());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
        }
        List<String> remembered =
                pair.target().query(pair.database(), "SELECT restore_sql FROM godwit.adjustment ORDER BY 1");
        assertThat(remembered).hasSize(4);
        pair.target()
                .execute(
                        pair.database(),
                        "ALTER TABLE godwit.adjustment DROP state, DROP source_state",
                        "UPDATE godwit.adjustment SET id = 'by name ' || restore_sql WHERE id !~ '^IDENTITY.*2$'",
                        "DELETE FROM godwit.adjustment WHERE id !~ '^by name'",
                        "ALTER TABLE item ALTER n SET GENERATED ALWAYS");
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "UPDATE item SET \"V 1\" = 'changed'");
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), STATES))
                .containsExactly("item id a", "item n a", "item o\"wn A", "item ruling R");
        assertThat(pair.target().query(pair.database(), "SELECT what FROM audit"))
                .isEmpty();
        requireSame(pair);
    }

    private static String[] trigger(String name, String table) {
        String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
        return new String[] {
            "CREATE TRIGGER " + quoted + " AFTER INSERT OR UPDATE ON " + table
                    + " FOR EACH ROW EXECUTE PROCEDURE note()",
            "ALTER TABLE " + table + " ENABLE ALWAYS TRIGGER " + quoted
        };
    }

    private static void both(PostgresPair pair, String... statements) throws Exception {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute(pair.database(), statements);
        }
    }

    private static void awaitOnTarget(PostgresPair pair, String value) {
        await().atMost(LIMIT)
                .until(() -> pair.target()
                        .query(pair.database(), "SELECT v FROM item")
                        .contains(value));
    }

    private void requireSame(PostgresPair pair) throws Exception {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .excludingSchema("godwit")
                .run()
                .assertIdentical();
        migration(pair, SchemaPreparers.none()).cleanUp();
    }

    private Migration migration(PostgresPair pair, SchemaPreparer schema) {
        return migration(pair, schema, Duration.ofMillis(100));
    }

    private Migration migration(PostgresPair pair, SchemaPreparer schema, Duration look) {
        return Migration.builder()
                .name("adjusted")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(schema)
                .apply(ApplyOptions.builder().schemaCheckInterval(look).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(context -> {
                            if (!switches.get()) {
                                throw new IllegalStateException("not yet");
                            }
                        })
                        .build())
                .listener(events::add)
                .build();
    }
}
