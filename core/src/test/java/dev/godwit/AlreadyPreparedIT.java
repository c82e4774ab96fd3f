package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.schema.SchemaComparison;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A target on which the user has made what section pre-data of pg_dump holds, and nothing behind it. */
@Tag("S1")
@PostgresPairTest(source = "13", target = "17")
final class AlreadyPreparedIT {

    @Test
    void getsTheKeysAndIndexesOfPartitionedTables(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE event (id int PRIMARY KEY, at int) PARTITION BY RANGE (id)",
                        "CREATE INDEX event_at ON event (at)",
                        "CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (100)",
                        "INSERT INTO event SELECT i, i FROM generate_series(0, 99) i");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE TABLE event (id int NOT NULL, at int) PARTITION BY RANGE (id)",
                        "CREATE TABLE event_1 (id int NOT NULL, at int)",
                        "ALTER TABLE ONLY event ATTACH PARTITION event_1 FOR VALUES FROM (0) TO (100)");
        Migration migration = Migration.builder()
                .name("prepared")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(SchemaPreparers.alreadyPrepared())
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofMinutes(1));
            pair.source().execute(pair.database(), "UPDATE event SET at = at + 1");
            run.cutover();
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        assertThat(SchemaComparison.between(pair.sourceDataSource(), pair.targetDataSource()))
                .isEmpty();
        migration.cleanUp();
    }
}
