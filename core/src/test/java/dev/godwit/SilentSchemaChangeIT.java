package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DDL on the source that no message of the stream tells: it is seen, named, and holds up the cutover until the target agrees. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
@Sampled(oneOf = 2)
final class SilentSchemaChangeIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void holdsUpTheCutoverUntilTheTargetAgrees(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.schemaChanges()).isEmpty();
            String[] ddl = {
                "ALTER TABLE item ADD CONSTRAINT positive CHECK (id > 0)",
                "ALTER TABLE item ALTER v SET NOT NULL",
                "ALTER TABLE item ALTER v SET DEFAULT 'new'",
                "CREATE INDEX item_by_v ON item (v)",
                "ALTER TYPE mood ADD VALUE 'bad'",
                "ALTER TABLE log_1 RENAME CONSTRAINT log_1_pkey TO log_key",
                "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE VIEW on_item AS SELECT v FROM item",
                "CREATE TRIGGER shouting BEFORE INSERT ON item FOR EACH ROW EXECUTE PROCEDURE shout()",
                // Who may do what is not carried unless asked for, and is none of the cutover's business.
                "GRANT SELECT ON item TO PUBLIC"
            };
            pair.source().execute(pair.database(), ddl);
            Awaitility.await().atMost(LIMIT).until(() -> latest().size() == 8);
            assertThat(latest())
                    .anyMatch(line -> line.contains("item_by_v") && line.contains("target has none"))
                    .anyMatch(line -> line.startsWith("function public.shout(): source has CREATE"))
                    .anyMatch(line -> line.startsWith("view public.on_item: source has CREATE"))
                    .anyMatch(line -> line.startsWith("trigger shouting on public.item: source has CREATE"))
                    .anyMatch(line -> line.contains("mood") && line.contains("'bad'"))
                    .anyMatch(line -> line.startsWith("table \"public\".\"item\"") && line.contains("positive"))
                    .anyMatch(line -> line.contains("log_key") || line.contains("log_1"));
            assertThat(run.schemaChanges()).isEqualTo(latest());
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("item_by_v")
                    .hasMessageContaining("before anything was fenced");

            pair.target().execute(pair.database(), ddl);
            assertThat(run.schemaChanges()).isEmpty();
            pair.target().execute(pair.database(), "CLUSTER item USING item_pkey");
            // Rows are moved without being changed, which is no reason to copy them again.
            pair.source()
                    .execute(pair.database(), "VACUUM FULL item", "CLUSTER item USING item_pkey", "TRUNCATE log_1");
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        migration(pair).cleanUp();
    }

    /** Versions write qualifiers and parentheses differently, so that these are no difference between two servers; on one they are. */
    @Test
    void tellsWhatItCannotSeeOnAnotherVersion(PostgresPair pair) throws Exception {
        createTables(pair);
        String guard = "CREATE OR REPLACE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN IF %s THEN RETURN NULL; END IF; RETURN NEW; END'";
        String joined = "CREATE OR REPLACE VIEW joined AS SELECT o.n, %s.id FROM other o JOIN item c ON c.id = o.n";
        String alone = "CREATE OR REPLACE VIEW alone AS SELECT %s AS sum FROM other";
        String trigger =
                "CREATE TRIGGER guarding BEFORE UPDATE ON other FOR EACH ROW WHEN (%s) EXECUTE FUNCTION guard()";
        pair.source()
                .execute(
                        pair.database(),
                        guard.formatted("NEW.n > OLD.n"),
                        trigger.formatted("NEW.n > OLD.n"),
                        joined.formatted("c"),
                        alone.formatted("(id + n) * 2"));
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.schemaChanges()).isEmpty();
            String[] ddl = {
                guard.formatted("OLD.n > NEW.n"),
                "DROP TRIGGER guarding ON other",
                trigger.formatted("OLD.n > NEW.n"),
                joined.formatted("o"),
                alone.formatted("id + (n * 2)")
            };
            pair.source().execute(pair.database(), ddl);
            Awaitility.await().atMost(LIMIT).until(() -> latest().size() == 4);
            assertThat(latest())
                    .anyMatch(line -> line.startsWith("function public.guard()"))
                    .anyMatch(line -> line.startsWith("trigger guarding on public.other"))
                    .anyMatch(line -> line.startsWith("view public.joined"))
                    .anyMatch(line -> line.startsWith("view public.alone"));
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("public.joined");

            pair.target().execute(pair.database(), ddl);
            // That of one table is written without qualifiers since 16: only who did it knows.
            assertThat(run.schemaChanges())
                    .singleElement()
                    .asString()
                    .startsWith("view public.alone")
                    .contains("acknowledgeSchemaChanges");
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover).hasMessageContaining("public.alone");
            assertThat(run.acknowledgeSchemaChanges()).isEqualTo(1);
            assertThat(run.schemaChanges()).isEmpty();
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        migration(pair).cleanUp();
    }

    @Test
    void namesTablesWhoseRowsDdlHasChangedAndTablesThatAreNew(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            String[] ddl = {
                "ALTER TABLE item ADD stamp timestamptz DEFAULT clock_timestamp()",
                "ALTER TABLE log ADD level int DEFAULT 7",
                "ALTER TABLE other ALTER n TYPE int USING n + 1"
            };
            pair.source().execute(pair.database(), ddl);
            pair.source().execute(pair.database(), "CREATE TABLE late (id int PRIMARY KEY)");
            pair.target().execute(pair.database(), ddl);
            Awaitility.await().atMost(LIMIT).until(() -> latest().size() == 3);
            assertThat(latest())
                    .anyMatch(line -> line.startsWith("table public.item: it was rewritten"))
                    .anyMatch(line -> line.startsWith("table public.log_1: column \"level\" was added with a default"))
                    .anyMatch(line -> line.startsWith("table public.other: it was rewritten"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(events)
                            .filteredOn(MigrationEvent.TablesCreated.class::isInstance)
                            .extracting(event -> ((MigrationEvent.TablesCreated) event).tables())
                            .contains(List.of("public.late")));
            pair.source().execute(pair.database(), "DROP TABLE late");
            assertThatThrownBy(run::cutover).hasMessageContaining("table public.item: it was rewritten");
        }
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.acknowledgeSchemaChanges()).isEqualTo(3);
            run.cutover();
        }
        migration(pair).cleanUp();
    }

    /** As a cutover does, and who asks what was changed. */
    @Test
    void tellsOfATableThatSomebodyElseHasLookedAtFirst(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = builder(pair, Duration.ofSeconds(2)).build().start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "CREATE TABLE late (id int PRIMARY KEY)");
            assertThat(run.schemaChanges()).isEmpty();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(events)
                            .filteredOn(MigrationEvent.TablesCreated.class::isInstance)
                            .extracting(event -> ((MigrationEvent.TablesCreated) event).tables())
                            .contains(List.of("public.late")));
            run.cancel();
        }
    }

    @Test
    void undoesACutoverDuringWhichTheSchemaIsChanged(PostgresPair pair) throws Exception {
        createTables(pair);
        String ddl = "ALTER TYPE mood ADD VALUE 'late'";
        WriteFence changing = new ChangingFence(pair, ddl);
        try (MigrationRun run = builder(pair)
                .cutover(CutoverOptions.builder().fence(changing).build())
                .build()
                .start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal'")
                    .hasMessageContaining("schema was changed while the cutover was under way");
            pair.source().execute(pair.database(), "INSERT INTO other VALUES (2, 2)");
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover).hasMessageContaining("mood").hasMessageContaining("'late'");
            pair.target().execute(pair.database(), ddl);
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        migration(pair).cleanUp();
    }

    /** Holds, and lets somebody change the schema behind it, the first time. */
    private record ChangingFence(WriteFence real, PostgresPair pair, String ddl, AtomicBoolean changed)
            implements WriteFence {
        ChangingFence(PostgresPair pair, String ddl) {
            this(WriteFences.lockTables(), pair, ddl, new AtomicBoolean());
        }

        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return real.check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            RaisedFence raised = real.raise(context);
            if (changed.compareAndSet(false, true)) {
                pair.source().execute(pair.database(), ddl);
            }
            return raised;
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            real.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            real.reclose(context);
        }
    }

    private List<String> latest() {
        return events.stream()
                .filter(MigrationEvent.SourceSchemaChanged.class::isInstance)
                .map(event -> ((MigrationEvent.SourceSchemaChanged) event).differences())
                .reduce((first, second) -> second)
                .orElse(List.of());
    }

    private static void createTables(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TYPE mood AS ENUM ('good')",
                        "CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text, m mood)",
                        "CREATE TABLE log (id int, at date) PARTITION BY RANGE (at)",
                        "CREATE TABLE log_1 PARTITION OF log (PRIMARY KEY (id)) FOR VALUES FROM ('2020-01-01') TO ('2030-01-01')",
                        "CREATE TABLE other (id int PRIMARY KEY, n int)",
                        "INSERT INTO item (v) SELECT 'v' FROM generate_series(1, 50) i",
                        "INSERT INTO log VALUES (1, '2024-01-01')",
                        "INSERT INTO other VALUES (1, 1)");
    }

    private Migration migration(PostgresPair pair) {
        return builder(pair).build();
    }

    private Migration.Builder builder(PostgresPair pair) {
        return builder(pair, Duration.ofMillis(100));
    }

    private Migration.Builder builder(PostgresPair pair, Duration interval) {
        return Migration.builder()
                .name("silent-ddl")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder().schemaCheckInterval(interval).build())
                .listener(events::add);
    }
}
