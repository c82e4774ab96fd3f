package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.schema.SchemaComparison;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Partitions that are created on the source during the run, with what their parents do not have. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
final class AddedPartitionIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void bringsWhatItHasOfItsOwnAndTheNamesOfWhatItGetsFromItsParent(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY)",
                        "INSERT INTO item VALUES (1), (2)",
                        "CREATE TABLE event (id int NOT NULL, kind int, at int, item int) PARTITION BY LIST (kind)",
                        "CREATE INDEX event_at ON event (at)",
                        "CREATE INDEX event_item ON event (item) WHERE item > 0",
                        "CREATE TABLE event_1 PARTITION OF event (PRIMARY KEY (id)) FOR VALUES IN (1)",
                        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN NEW.at := NEW.at + 1; RETURN NEW; END'",
                        "INSERT INTO event VALUES (1, 1, 1, 1)");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "CREATE TABLE \"Event 2\" (id int PRIMARY KEY, kind int, at int, item int,"
                                    + " CONSTRAINT own_item FOREIGN KEY (item) REFERENCES item)",
                            "CREATE INDEX event_item_idx ON \"Event 2\" (at)",
                            "CREATE INDEX \"Event 2_at_idx\" ON \"Event 2\" (item) WHERE item > 0",
                            "CREATE INDEX only_here ON \"Event 2\" (kind, at)",
                            "ALTER TABLE event ATTACH PARTITION \"Event 2\" FOR VALUES IN (2)",
                            "CREATE TRIGGER touching BEFORE UPDATE ON \"Event 2\" FOR EACH ROW EXECUTE FUNCTION touch()",
                            "CREATE TABLE event_3 PARTITION OF event FOR VALUES IN (3)",
                            "CREATE UNIQUE INDEX event_3_id ON event_3 (id)",
                            "ALTER TABLE event_3 REPLICA IDENTITY USING INDEX event_3_id",
                            "CREATE TABLE event_4 PARTITION OF event FOR VALUES IN (4) PARTITION BY RANGE (id)",
                            "CREATE TABLE event_4a PARTITION OF event_4 FOR VALUES FROM (0) TO (100)",
                            "ALTER TABLE event_4 ADD CONSTRAINT four PRIMARY KEY (id)",
                            "CREATE INDEX event_4_kind ON event_4 (kind)",
                            "INSERT INTO event SELECT i, i % 3 + 2, i, i % 2 + 1 FROM generate_series(1, 60) i");
            assertThat(run.addTable("public.Event 2", "public.event_3", "public.event_4"))
                    .isTrue();
            run.awaitReadyToCutover(LIMIT);
            change(pair);
            assertThat(run.schemaChanges()).isEmpty();
            run.cutover();
        }
        compare(pair);
    }

    /** Parents of version 10 have no keys at all. */
    @Test
    @PostgresPairTest(source = "10", target = "18")
    void bringsTheKeyThatNoParentCanHaveOn10(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE event (id int NOT NULL, kind int, at int, item int) PARTITION BY LIST (kind)",
                        "CREATE TABLE event_1 PARTITION OF event (PRIMARY KEY (id)) FOR VALUES IN (1)",
                        "INSERT INTO event VALUES (1, 1, 1, 1)");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "CREATE TABLE \"Event 2\" PARTITION OF event (PRIMARY KEY (id)) FOR VALUES IN (2)",
                            "CREATE TABLE event_3 PARTITION OF event (UNIQUE (id)) FOR VALUES IN (3, 4)",
                            "ALTER TABLE event_3 REPLICA IDENTITY USING INDEX event_3_id_key",
                            "INSERT INTO event SELECT i, i % 3 + 2, i, i % 2 + 1 FROM generate_series(1, 60) i");
            run.addTable("public.Event 2", "public.event_3");
            run.awaitReadyToCutover(LIMIT);
            change(pair);
            run.cutover();
        }
        compare(pair);
    }

    private static void change(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "UPDATE event SET at = at * 10 WHERE id < 30",
                        "DELETE FROM event WHERE id BETWEEN 10 AND 20");
    }

    private static void compare(PostgresPair pair) throws Exception {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        assertThat(SchemaComparison.between(pair.sourceDataSource(), pair.targetDataSource()))
                .isEmpty();
        migration(pair).cleanUp();
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("partitions")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build();
    }
}
