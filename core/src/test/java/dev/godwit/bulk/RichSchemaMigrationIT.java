package dev.godwit.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.schema.PgDumpOptions;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database that has everything at once, under traffic that touches all of it, with a cutover that is first undone. */
@Tag("B4")
@Sampled(oneOf = 2)
final class RichSchemaMigrationIT {
    private static final String DATABASE = PostgresPair.DATABASE;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LAST_BEFORE_READY = 30;

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void movesEverythingFrom13To17(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void movesEverythingFrom10To18(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void movesEverythingWithPgDumpsStatementsFrom13To17(PostgresPair pair) throws Exception {
        migrateByPgDump(pair);
    }

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void movesEverythingWithPgDumpsStatementsFrom15To15(PostgresPair pair) throws Exception {
        migrateByPgDump(pair);
    }

    private static void migrateByPgDump(PostgresPair pair) throws Exception {
        Path program = Path.of("/usr/lib/postgresql/15/bin/pg_dump");
        assumeTrue(Files.isExecutable(program), "No pg_dump 15 on this machine");
        migrate(
                pair,
                SchemaPreparers.pgDump(PgDumpOptions.builder().program(program).build()));
    }

    private static void migrate(PostgresPair pair) throws Exception {
        migrate(pair, SchemaPreparers.fromCatalog());
    }

    private static void migrate(PostgresPair pair, SchemaPreparer preparer) throws Exception {
        RichDatabase rich = new RichDatabase(pair.source().major(), DATABASE);
        rich.create(pair.source());
        AtomicBoolean switchFails = new AtomicBoolean(true);
        AtomicBoolean ready = new AtomicBoolean();
        FutureTask<Integer> traffic = traffic(pair.source(), rich, ready);
        int number;
        Migration migration = migration(pair, switchFails, preparer);
        // A process that ends wherever it is, and one that goes on from there.
        migration.start().close();
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(PATIENCE);
            ready.set(true);
            number = traffic.get(30, TimeUnit.SECONDS);
            rich.truncate(pair.source());
            rich.write(pair.source(), number++);
            assertThatThrownBy(run::cutover).isInstanceOf(CutoverRevertedException.class);
            // What the first attempt had armed on the target must not act upon what is applied after it.
            for (int i = 0; i < 3; i++) {
                rich.write(pair.source(), number++);
            }
            switchFails.set(false);
            run.awaitReadyToCutover(PATIENCE);
            run.cutover();
        } finally {
            ready.set(true);
            traffic.get(30, TimeUnit.SECONDS);
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        compareSchemas(pair);
        // Traffic alone brings this state, and the source never refreshed: the cutover did, shortly before the pause.
        assertThat(pair.target().query(DATABASE, "SELECT count(*) FROM rich.totals WHERE state = 'zurück'"))
                .containsExactly("1");
        takesEveryWrite(pair, rich, number);
    }

    /** Writes from before the start until the migration is ready; gives the number that comes next. */
    private static FutureTask<Integer> traffic(PostgresServer source, RichDatabase rich, AtomicBoolean ready)
            throws SQLException {
        rich.write(source, 1);
        FutureTask<Integer> task = new FutureTask<>(() -> {
            int number = 2;
            while (!ready.get() && number < LAST_BEFORE_READY) {
                rich.write(source, number++);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            return number;
        });
        Thread thread = new Thread(task, "rich-traffic");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Migration migration(PostgresPair pair, AtomicBoolean switchFails, SchemaPreparer preparer) {
        return Migration.builder()
                .name("rich")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(preparer)
                .copy(CopyOptions.builder().workers(4).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(context -> {
                            if (switchFails.get()) {
                                throw new IllegalStateException("the balancer does not answer");
                            }
                        })
                        .build())
                .build();
    }

    private static void compareSchemas(PostgresPair pair) throws SQLException {
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            assertThat(SchemaDifference.between(source, target, RichSchemaMigrationIT::isUsers))
                    .isEmpty();
        }
        compare(
                pair,
                "SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1");
        compare(
                pair,
                "SELECT ev_class::regclass || ' ' || rulename || ' ' || ev_enabled::text FROM pg_rewrite WHERE rulename <> '_RETURN'"
                        + " AND ev_class >= 16384 ORDER BY 1");
    }

    private static boolean isUsers(TableName table) {
        return !table.schema().equals("godwit");
    }

    private static void compare(PostgresPair pair, String sql) {
        assertThat(pair.target().query(DATABASE, sql))
                .isNotEmpty()
                .isEqualTo(pair.source().query(DATABASE, sql));
    }

    /** The application goes on there: keys come from sequences that are ahead, triggers and rules fire once. */
    private static void takesEveryWrite(PostgresPair pair, RichDatabase rich, int number) throws SQLException {
        rich.write(pair.target(), number);
        List<String> audit = pair.target()
                .query(
                        DATABASE,
                        "SELECT what || ' ' || op FROM rich.audit WHERE row_id = 1000 + " + number + " ORDER BY 1");
        assertThat(audit).containsExactly("on_always INSERT", "on_origin INSERT", "rule INSERT");
        assertThat(pair.target()
                        .query(
                                DATABASE,
                                "SELECT count(*) FROM rich.audit WHERE op = 'UPDATE' AND row_id = 1 AND id > (SELECT min(id)"
                                        + " FROM rich.audit WHERE row_id = 1000 + " + number + ")"))
                .containsExactly("3");
    }
}
