package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A table whose rows DDL has changed on the source is copied afresh, while others and itself are written to. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
final class FreshCopyIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean stop;

    @Test
    void aRewrittenTableIsTheSameAgainAndNothingElseIsLost(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, n int)",
                        "CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES item, n int)",
                        "CREATE INDEX item_by_n ON item (n)",
                        "INSERT INTO item SELECT i, 0 FROM generate_series(1, 2000) i",
                        "INSERT INTO part SELECT i, i, 0 FROM generate_series(1, 2000) i");
        Thread writer = new Thread(() -> write(pair));
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            writer.start();
            String ddl = "ALTER TABLE item ADD stamp timestamptz DEFAULT clock_timestamp()";
            pair.source().execute(pair.database(), ddl);
            Awaitility.await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.PAUSED);
            assertThatThrownBy(() -> run.copyAfresh("public.item"))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("column public.item.stamp does not exist on the target");
            assertThatThrownBy(() -> run.copyAfresh("public.nothing")).hasMessageContaining("public.nothing");
            pair.target().execute(pair.database(), ddl);
            run.copyAfresh("public.item");
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.schemaChanges()).isEmpty();
            assertThat(copied()).contains("public.item", "public.part").last().isEqualTo("public.item");
            // While the run is ready, and applies what is written.
            copyAfreshWhileACutoverIsAskedFor(pair, run);
            run.awaitReadyToCutover(LIMIT);
            assertThat(copied()).last().isEqualTo("public.part");
            // Once more, and left in the middle: the next process finds what is to be copied.
            pair.source().execute(pair.database(), "ALTER TABLE item ALTER n TYPE int USING n + 1000000");
            run.copyAfresh("public.item");
        }
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            if (!run.schemaChanges().isEmpty()) {
                run.copyAfresh("public.item");
                run.awaitReadyToCutover(LIMIT);
            }
            stop = true;
            writer.join();
            run.cutover();
        } finally {
            stop = true;
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        migration(pair).cleanUp();
    }

    private List<String> copied() {
        return events.stream()
                .filter(MigrationEvent.TableCopied.class::isInstance)
                .map(event -> ((MigrationEvent.TableCopied) event).table())
                .toList();
    }

    /** The request is on its way, and not yet recorded: the cutover must not come first and leave it out. */
    private static void copyAfreshWhileACutoverIsAskedFor(PostgresPair pair, MigrationRun run) throws Exception {
        FutureTask<Boolean> request = new FutureTask<>(() -> {
            run.copyAfresh("public.part");
            return true;
        });
        try (Connection holder = pair.connectTarget();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT 1 FROM godwit.table_state WHERE table_name = 'part' FOR UPDATE");
            new Thread(request, "request").start();
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !pair.target()
                            .query(
                                    pair.database(),
                                    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND query LIKE 'INSERT INTO godwit.table_state%'")
                            .isEmpty());
            assertThat(run.phase()).isEqualTo(MigrationPhase.READY_TO_CUTOVER);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is just being given tables to add, or to copy afresh");
            holder.rollback();
        }
        assertThat(request.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private void write(PostgresPair pair) {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            for (int i = 1; !stop; i++) {
                int id = i % 2000 + 1;
                statement.execute("BEGIN; UPDATE item SET n = n + 1 WHERE id = " + id + "; UPDATE part SET n = n + 1"
                        + " WHERE id = " + id + "; INSERT INTO item (id, n) VALUES (" + (10_000 + i) + ", 0); COMMIT");
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("fresh")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder()
                        .schemaCheckInterval(Duration.ofMillis(200))
                        .build())
                .listener(events::add)
                .build();
    }
}
