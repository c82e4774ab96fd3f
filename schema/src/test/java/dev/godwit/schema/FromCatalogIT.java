package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("V1")
class FromCatalogIT {

    private static final String PAIRS = "10:18,13:17,18:18";

    /** Others with {@code -Dgodwit.zoo.pairs=12:18,14:18}. */
    static Stream<Arguments> pairs() {
        return Stream.of(System.getProperty("godwit.zoo.pairs", PAIRS).split(","))
                .map(pair -> pair.split(":"))
                .map(pair -> Arguments.of(Integer.valueOf(pair[0]), Integer.valueOf(pair[1])));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void makesTheTargetEqualToTheSourceObjectByObject(int from, int to) throws SQLException {
        try (PostgresServer old = PostgresServer.builder(from).start();
                PostgresServer fresh = PostgresServer.builder(to).start()) {
            for (String database : ZooSchema.DATABASES) {
                prepare(old, fresh, database);
            }
            // What versions, and dumps of one version, write in more than one way.
            prepare(old, fresh, "restored");
            if (System.getProperty("godwit.zoo", "").equals("all")) {
                prepare(old, fresh, ZooSchema.NAMES);
            }
        }
    }

    private static void prepare(PostgresServer old, PostgresServer fresh, String database) throws SQLException {
        old.createDatabase(database);
        fresh.createDatabase(database);
        ZooSchema.create(old, database, database + ".sql");
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            assertThat(plan.steps().stream().map(SchemaStep::id)).doesNotHaveDuplicates();
            PlanRunner.run(fresh, database, plan, SchemaStage.BEFORE_COPY);
            if (database.equals("zoo")) {
                // A row that a check which is not valid refuses.
                fresh.execute(database, "INSERT INTO shop.gaps VALUES (-1, 0, 'x')");
            }
            SchemaStage[] after = Arrays.copyOfRange(SchemaStage.values(), 1, SchemaStage.values().length);
            PlanRunner.run(fresh, database, plan, after);
            assertThat(SchemaDifference.between(source, target, table -> true)).isEmpty();
        }
        // Trees of indexes have grown together as far as they have at the source.
        String invalid = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1";
        assertThat(fresh.query(database, invalid)).isEqualTo(old.query(database, invalid));
    }
}
