package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CancelOption;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.TableFilter;
import dev.godwit.result.CleanUpReport;
import dev.godwit.schema.SchemaComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Of every class of objects that is carried, what a migration made goes with it, and another one carries it again. The databases are
 * those of module schema's tests; {@code -Dgodwit.clean.databases=} names others of them.
 */
final class CleanZooIT {
    private static final Path ZOO = Path.of("../schema/src/test/resources/dev/godwit/schema");
    private static final Duration LONGEST = Duration.ofSeconds(120);
    private static final String DATABASES = System.getProperty("godwit.clean.databases", "types");

    /** Of a type that says wrongly how it is to be analyzed. */
    private static final String BROKEN = "t.measured";

    private static final String[] NEEDED_BY_OTHERS = {
        "type t.triple", "function t.triple_in(pg_catalog.cstring)", "function t.triple_out(t.triple)", "schema t"
    };

    private static final String LEFT = "SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend"
            + " WHERE refclassid = 'pg_namespace'::regclass AND objid >= 16384";

    private static final String IDENTITIES = """
            DO $$ DECLARE t regclass; BEGIN
            FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relreplident = 'd' AND relnamespace IN (SELECT oid FROM pg_namespace
                     WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
                     AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary) LOOP
                EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', t);
            END LOOP; END $$""";

    @Test
    @PostgresPairTest(source = "17", target = "17")
    void goesAndCanBeCarriedAgain(PostgresPair pair) throws Exception {
        pair.target().createDatabase("pristine");
        for (String database : DATABASES.split(",")) {
            pair.source().createDatabase(database);
            pair.target().createDatabase(database);
            create(pair, database);
            Migration migration = Migration.builder()
                    .tables(TableFilter.all().exclude(BROKEN))
                    .name("zoo")
                    .source(Endpoint.of(pair.source().url(database)).credentials("postgres", ""))
                    .target(Endpoint.of(pair.target().url(database)).credentials("postgres", ""))
                    .build();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LONGEST);
                if (database.equals("types")) {
                    pair.target().execute(database, "CREATE TABLE public.of_others (t t.triple)");
                }
                CleanUpReport report = run.cancel(CancelOption.CLEAN_TARGET);
                assertThat(report.left().stream().map(line -> line.substring(0, line.indexOf(" on the target"))))
                        .as("of %s there are still %s", database, pair.target().query(database, LEFT))
                        .containsExactlyInAnyOrder(database.equals("types") ? NEEDED_BY_OTHERS : new String[0]);
            }
            if (database.equals("types")) {
                pair.target()
                        .execute(
                                database,
                                "SELECT t FROM public.of_others",
                                "DROP TABLE public.of_others",
                                "DROP TYPE t.triple CASCADE",
                                "DROP SCHEMA t");
            }
            assertThat(SchemaComparison.between(
                            pair.target().dataSource("pristine"), pair.target().dataSource(database)))
                    .as("what is left of %s", database)
                    .isEmpty();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LONGEST);
                run.cutover();
            }
            assertThat(SchemaComparison.builder()
                            .tables(table -> !table.toString().equals(BROKEN))
                            .build()
                            .compare(
                                    pair.source().dataSource(database),
                                    pair.target().dataSource(database)))
                    .as("what was carried again of %s", database)
                    .isEmpty();
            pair.source().dropDatabase(database);
            pair.target().dropDatabase(database);
        }
        pair.target().dropDatabase("pristine");
    }

    private static void create(PostgresPair pair, String database) throws IOException, SQLException {
        String url = pair.source().url(database) + "?preferQueryMode=simple&user=postgres";
        for (String section : Files.readString(ZOO.resolve(database + ".sql")).split("(?m)^--@ since \\d+")) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(section);
            }
        }
        pair.source().execute(database, IDENTITIES);
    }
}
