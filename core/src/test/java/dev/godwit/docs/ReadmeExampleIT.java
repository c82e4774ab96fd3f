package dev.godwit.docs;

import static dev.godwit.testkit.PostgresAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Credentials;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.testkit.FromDump;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs what the README shows. */
final class ReadmeExampleIT {
    private final Credentials credentials = Credentials.of("postgres", "");

    // docs:begin testkit
    @Test
    @PostgresPairTest(source = "13", target = "17")
    @FromDump("db/shop.sql")
    void theUpgradeLosesNothing(PostgresPair pair) throws Exception {
        Credentials credentials =
                Credentials.of(pair.source().superuser(), pair.source().password());
        try (WriteWorkload writing = WriteWorkload.builder(pair.sourceDataSource())
                .writers(4)
                .thinkTime(Duration.ofMillis(10))
                .build()) {
            writing.createTables().start();
            Migration migration = Migration.builder()
                    .name("rehearsal")
                    .source(Endpoint.of(pair.sourceUrl()).credentials(credentials))
                    .target(Endpoint.of(pair.targetUrl()).credentials(credentials))
                    .cutover(CutoverOptions.builder()
                            .trafficSwitch(context -> writing.switchTo(pair.targetDataSource()))
                            .build())
                    .build();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(Duration.ofMinutes(10));
                run.cutover();
            }
            writing.stop();
            assertThat(writing.verify(pair.targetDataSource())).isEmpty();
            migration.cleanUp();
        }
        assertThat(pair).hasIdenticalSchema().hasSequencesAhead().hasNoLeftovers();
    }
    // docs:end testkit

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void theFirstExampleMigrates(PostgresPair pair) throws Exception {
        pair.source()
                .execute(pair.database(), "CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders VALUES (1)");
        ReadmeExamples examples = new ReadmeExamples();
        examples.migrate(pair.sourceUrl(), pair.targetUrl(), credentials, context -> {});
        assertThat(examples.told()).anyMatch(line -> line.startsWith("writes were held back for PT"));
        assertThat(pair).hasIdenticalSchema().hasIdenticalData();
    }

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void theExampleOfAllOptionsRunsAndCutsOver(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE orders (tenant int, id int, PRIMARY KEY (tenant, id))",
                        "INSERT INTO orders VALUES (500, 1), (501, 2)",
                        "CREATE TABLE person (id int PRIMARY KEY, name text, mail text)",
                        "INSERT INTO person VALUES (3, 'Ann', 'ann@example.org')");
        pair.target().execute("postgres", "CREATE ROLE mover SUPERUSER LOGIN PASSWORD 'secret'");
        Migration all = ReadmeExamples.everyOption(pair.sourceUrl(), pair.targetUrl(), credentials, context -> {});
        try (MigrationRun run = all.start()) {
            assertThat(ReadmeExamples.cutOverWithPatience(run, 3).sequences()).isZero();
        }
        assertThat(pair.target().query(pair.database(), "SELECT id FROM orders"))
                .containsExactly("1");
        assertThat(pair.target().query(pair.database(), "SELECT concat_ws('/', id, name, mail) FROM person"))
                .containsExactly("3/Ann");
        all.cleanUp();
        assertThat(pair.target().query(pair.database(), "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
    }
}
