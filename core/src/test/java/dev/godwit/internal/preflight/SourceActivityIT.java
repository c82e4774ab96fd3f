package dev.godwit.internal.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What goes on at a source and would hold up a migration. */
@PostgresPairTest(source = "15", target = "17")
final class SourceActivityIT {

    @Provokes(FindingCode.LONG_TRANSACTION)
    @Test
    void findsATransactionThatHasBeenWritingForLong(PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int PRIMARY KEY)");
        try (Connection reader = pair.connectSource();
                Connection writer = pair.connectSource();
                Statement reads = reader.createStatement();
                Statement writes = writer.createStatement()) {
            reads.execute("BEGIN");
            reads.execute("SELECT * FROM item");
            assertThat(findings(pair, new LongTransactionCheck(Duration.ZERO))).isEmpty();
            writes.execute("BEGIN");
            writes.execute("INSERT INTO item VALUES (1)");
            assertThat(findings(pair, new LongTransactionCheck())).isEmpty();
            List<Finding> found = findings(pair, new LongTransactionCheck(Duration.ZERO));
            assertThat(found).hasSize(1);
            assertThat(found.get(0).observed())
                    .contains("of role postgres in database app has been writing in one transaction for")
                    .contains("it is idle in transaction, its last statement began");
            pair.source().execute("app", found.get(0).remedy());
            assertThat(findings(pair, new LongTransactionCheck(Duration.ZERO))).isEmpty();
        }
    }

    @Provokes(FindingCode.CONCURRENT_INDEX_BUILD)
    @Test
    void findsAnIndexThatIsBeingBuiltConcurrently(PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int PRIMARY KEY, name text)");
        ConcurrentIndexBuildCheck check = new ConcurrentIndexBuildCheck();
        assertThat(findings(pair, check)).isEmpty();
        try (Connection writer = pair.connectSource();
                Statement writes = writer.createStatement()) {
            writes.execute("BEGIN");
            writes.execute("INSERT INTO item VALUES (1)");
            CompletableFuture<Void> build = CompletableFuture.runAsync(
                    () -> pair.source().execute("app", "CREATE INDEX CONCURRENTLY by_name ON item (name)"));
            List<Finding> found = findings(pair, check);
            for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                    found.isEmpty() && System.nanoTime() < end;
                    found = findings(pair, check)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(found).hasSize(1);
            assertThat(found.get(0).observed())
                    .contains("of role postgres is running CREATE INDEX CONCURRENTLY on table item");
            writes.execute("ROLLBACK");
            build.get(60, TimeUnit.SECONDS);
        }
        assertThat(findings(pair, check)).isEmpty();
    }

    @SuppressWarnings("NullAway")
    private static List<Finding> findings(PostgresPair pair, Check check) throws SQLException {
        List<Finding> found = new ArrayList<>();
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            // Neither check asks for the plan, or for who the servers are.
            check.run(new CheckContext(
                    null,
                    source,
                    target,
                    null,
                    CatalogReader.read(source, table -> true),
                    new SchemaPlan(List.of(), List.of()),
                    found));
        }
        return found;
    }
}
