package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

@Tag("V1")
class FromCatalogIT {

    private static final String PAIRS = "10:18,13:17,18:18";

    /** Sources whose objects are also made to work; of pairs that are asked for, all. */
    private static final Set<Integer> EXERCISED = Set.of(10, 18);

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
            List<String> problems = new ArrayList<>();
            for (String database : ZooSchema.DATABASES) {
                prepare(old, fresh, database);
                if (System.getProperty("godwit.zoo.pairs") != null || EXERCISED.contains(from)) {
                    problems.addAll(Exercise.compare(old, database, fresh, database));
                }
            }
            assertThat(problems)
                    .as("what does not work on the target as it does on the source")
                    .isEmpty();
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
            copyRows(source, target);
            SchemaStage[] after = Arrays.copyOfRange(SchemaStage.values(), 1, SchemaStage.values().length);
            PlanRunner.run(fresh, database, plan, after);
            assertThat(SchemaDifference.between(source, target, table -> true)).isEmpty();
        }
        // Trees of indexes have grown together as far as they have at the source.
        String invalid = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1";
        assertThat(fresh.query(database, invalid)).isEqualTo(old.query(database, invalid));
    }

    private static void copySequences(Statement source, Statement target) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = source.executeQuery("SELECT oid::regclass FROM pg_class WHERE relkind = 'S'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        for (String name : names) {
            try (ResultSet row = source.executeQuery("SELECT last_value, is_called FROM " + name)) {
                row.next();
                target.execute("SELECT setval(" + SqlText.literal(name) + ", " + row.getString(1) + ", "
                        + row.getBoolean(2) + ")");
            }
        }
    }

    /** As they are: triggers, rules and foreign keys see nothing of it. */
    private static void copyRows(Connection source, Connection target) throws SQLException {
        CopyManager from = source.unwrap(PGConnection.class).getCopyAPI();
        CopyManager to = target.unwrap(PGConnection.class).getCopyAPI();
        try (Statement tables = source.createStatement();
                Statement statement = target.createStatement();
                ResultSet names = tables.executeQuery("SELECT oid::regclass FROM pg_class"
                        + " WHERE relkind = 'r' AND oid >= 16384 AND pg_relation_size(oid) > 0")) {
            statement.execute("SET session_replication_role = replica");
            while (names.next()) {
                StringWriter rows = new StringWriter();
                from.copyOut("COPY " + names.getString(1) + " TO STDOUT", rows);
                to.copyIn("COPY " + names.getString(1) + " FROM STDIN", new StringReader(rows.toString()));
            }
            statement.execute("RESET session_replication_role");
            copySequences(tables, statement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
