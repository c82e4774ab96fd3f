package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From 18 on a source goes on sending, in silence, without what happened while its publication was another one. */
@Tag("F8")
@PostgresPairTest(source = "18", target = "18")
@Sampled(oneOf = 2)
final class PublicationChangedIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @BeforeEach
    void createTables(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY)",
                        "CREATE TABLE other (id int PRIMARY KEY)",
                        "INSERT INTO item VALUES (1)",
                        "INSERT INTO other VALUES (1)");
    }

    @Test
    void madeAnewItHoldsUpTheCutoverUntilAllIsCopiedAfresh(PostgresPair pair) throws Exception {
        try (MigrationRun run = builder(pair).build().start()) {
            run.awaitReadyToCutover(LIMIT);
            String publication = publication(pair);
            pair.source()
                    .execute(
                            pair.database(),
                            "BEGIN; DROP PUBLICATION " + publication
                                    + "; INSERT INTO item VALUES (2); CREATE PUBLICATION " + publication
                                    + " FOR TABLE ONLY item, ONLY other; COMMIT",
                            "INSERT INTO item VALUES (3)");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(run.schemaChanges())
                            .hasSize(2)
                            .allMatch(line ->
                                    line.contains("the publication was altered") && line.contains("copyAfresh")));
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("table public.item: the publication was altered");
            assertThat(pair.target().query(pair.database(), "SELECT id FROM item WHERE id = 2"))
                    .as("what the source does not send")
                    .isEmpty();
            run.copyAfresh("public.item");
            run.copyAfresh("public.other");
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.schemaChanges()).isEmpty();
            pair.source().execute(pair.database(), "INSERT INTO item VALUES (4)");
            run.cutover();
        }
        requireEqual(pair);
        builder(pair).build().cleanUp();
    }

    @Test
    void aTableThatWasTakenOutAndPutBackIsNamedAlone(PostgresPair pair) throws Exception {
        try (MigrationRun run = builder(pair).build().start()) {
            run.awaitReadyToCutover(LIMIT);
            String publication = publication(pair);
            pair.source()
                    .execute(
                            pair.database(),
                            "ALTER PUBLICATION " + publication + " DROP TABLE item",
                            "INSERT INTO item VALUES (2)",
                            "ALTER PUBLICATION " + publication + " ADD TABLE ONLY item");
            assertThat(run.schemaChanges()).hasSize(1).first().asString().startsWith("table public.item:");
            run.copyAfresh("public.item");
            run.awaitReadyToCutover(LIMIT);
            // Who altered it without a change meanwhile may say so.
            pair.source()
                    .execute(
                            pair.database(),
                            "ALTER PUBLICATION " + publication + " SET (publish = 'insert')",
                            "ALTER PUBLICATION " + publication + " SET (publish = 'insert, update, delete, truncate')");
            assertThat(run.acknowledgeSchemaChanges()).isEqualTo(2);
            run.cutover();
        }
        requireEqual(pair);
        builder(pair).build().cleanUp();
    }

    @Test
    void alteredBehindTheFenceItUndoesTheCutover(PostgresPair pair) throws Exception {
        Migration migration = builder(pair)
                .cutover(CutoverOptions.builder()
                        .fence(WriteFences.inOrder(WriteFences.lockTables(), WriteFences.custom(new Altering(pair))))
                        .build())
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("schema was changed while the cutover was under way");
            assertThat(run.schemaChanges()).hasSize(2);
        }
        migration.cleanUp();
    }

    @Test
    void droppedItEndsTheRun(PostgresPair pair) throws Exception {
        try (MigrationRun run = builder(pair).build().start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "DROP PUBLICATION " + publication(pair));
            Awaitility.await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasStackTraceContaining("does not exist on the source any more");
        }
        builder(pair).build().cleanUp();
    }

    /** Holds nobody back, and alters the publication. */
    private record Altering(PostgresPair pair) implements CustomFence {
        @Override
        public void raise(FenceContext context) {
            pair.source()
                    .execute(pair.database(), "ALTER PUBLICATION " + publication(pair) + " SET (publish = 'delete')");
        }

        @Override
        public void lift(FenceContext context) {
            pair.source()
                    .execute(
                            pair.database(),
                            "ALTER PUBLICATION " + publication(pair)
                                    + " SET (publish = 'insert, update, delete, truncate')");
        }
    }

    private static String publication(PostgresPair pair) {
        return pair.source()
                .query(pair.database(), "SELECT quote_ident(pubname) FROM pg_publication")
                .get(0);
    }

    private static void requireEqual(PostgresPair pair) throws Exception {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    private static Migration.Builder builder(PostgresPair pair) {
        return Migration.builder()
                .name("published")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder()
                        .schemaCheckInterval(Duration.ofMillis(100))
                        .build());
    }
}
