package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Credentials;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs what the README shows. */
final class ReadmeExampleIT {
    private final Credentials credentials = Credentials.of("postgres", "");
    private final ReadmeExamples migration = new ReadmeExamples();

    // docs:begin testkit
    @Test
    @PostgresPairTest(source = "13", target = "17")
    void everyAcknowledgedOrderArrivesOnce(PostgresPair pair) throws Exception {
        try (WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                .writers(4)
                .thinkTime(Duration.ofMillis(10))
                .build()) {
            workload.createTables().start();
            workload.awaitAcknowledged(100, Duration.ofSeconds(30));
            migration.migrate(
                    pair.sourceUrl(),
                    pair.targetUrl(),
                    credentials,
                    context -> workload.switchTo(pair.targetDataSource()));
            workload.stop();
            assertThat(workload.verify(pair.targetDataSource())).isEmpty();
        }
    }
    // docs:end testkit

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
