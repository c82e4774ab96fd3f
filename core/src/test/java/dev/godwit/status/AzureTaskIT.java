package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.MigrationGroupRun;
import dev.godwit.config.TaskFile;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.WriteWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two databases, moved by the three files that a user of Azure Database Migration Service has, under traffic, watched by the fields that
 * such a user watches.
 */
@PostgresPairTest(source = "13", target = "17")
final class AzureTaskIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, WriteWorkload> workloads = new LinkedHashMap<>();

    @AfterEach
    void endTraffic() {
        workloads.values().forEach(WriteWorkload::close);
    }

    @Test
    void movesTwoDatabasesAndTellsWhenTheyCanBeCutOver(PostgresPair pair, @TempDir Path directory) throws Exception {
        pair.source().createDatabase("dvdrental");
        pair.source()
                .execute(
                        "dvdrental",
                        "CREATE TYPE mpaa_rating AS ENUM ('G', 'PG', 'R')",
                        "CREATE TABLE actor (actor_id serial PRIMARY KEY, first_name text NOT NULL)",
                        "CREATE TABLE film (film_id serial PRIMARY KEY, title text NOT NULL, rating mpaa_rating DEFAULT 'G')",
                        "CREATE TABLE film_actor (actor_id int REFERENCES actor, film_id int REFERENCES film,"
                                + " PRIMARY KEY (actor_id, film_id))",
                        "CREATE TABLE scratch (id int PRIMARY KEY)",
                        "INSERT INTO actor (first_name) SELECT 'actor ' || i FROM generate_series(1, 200) i",
                        "INSERT INTO film (title) SELECT 'film ' || i FROM generate_series(1, 1000) i",
                        "INSERT INTO film_actor SELECT i % 200 + 1, i FROM generate_series(1, 1000) i");
        pair.source().createDatabase("inventory");
        pair.target().createDatabase("rental");
        pair.target().createDatabase("inventory");
        for (String database : List.of("dvdrental", "inventory")) {
            WriteWorkload workload = WriteWorkload.builder(pair.source().dataSource(database))
                    .writers(2)
                    .thinkTime(Duration.ofMillis(20))
                    .build();
            workloads.put(database, workload);
            workload.createTables().start();
            workload.awaitAcknowledged(20, LIMIT);
        }
        TaskFile task = TaskFile.readParts(
                connection(directory.resolve("source.json"), pair.source()),
                connection(directory.resolve("target.json"), pair.target()),
                databases(directory.resolve("options.json")));

        try (MigrationGroupRun run = task.migrations()
                .cutover(options -> options.trafficSwitch(context -> switchTraffic(pair, context.migration())))
                .group()
                .build()
                .start()) {
            await().atMost(LIMIT).until(() -> isReady(document(run)));
            run.cutover();
            JsonNode completed = document(run);
            assertThat(databases(completed, "migrationState")).containsExactly("COMPLETED", "COMPLETED");
            assertThat(databases(completed, "appliedChanges"))
                    .allSatisfy(count -> assertThat(Long.parseLong(count)).isPositive());
            assertThat(tables(completed, "dvdrental"))
                    .contains("public.actor", "public.film", "public.film_actor", "workload.token")
                    .doesNotContain("public.scratch");
        }
        for (Map.Entry<String, WriteWorkload> entry : workloads.entrySet()) {
            WriteWorkload workload = entry.getValue();
            workload.awaitAcknowledged(workload.statistics().acknowledged() + 20, LIMIT);
            workload.stop();
            String target = entry.getKey().equals("dvdrental") ? "rental" : "inventory";
            assertThat(workload.verify(pair.target().dataSource(target))).isEmpty();
        }
        assertThat(pair.target()
                        .query(
                                "rental",
                                "SELECT count(*) || ' ' || (nextval('film_film_id_seq') > 1000) FROM film_actor"))
                .containsExactly("1000 true");
    }

    private void switchTraffic(PostgresPair pair, String migration) {
        String database = migration.replaceFirst("task-", "");
        Objects.requireNonNull(workloads.get(database))
                .switchTo(pair.target().dataSource(database.equals("dvdrental") ? "rental" : database));
    }

    /** As it stands in the tutorial, but for names and port; the test's servers ask for no password. */
    private static Path connection(Path file, PostgresServer server) throws IOException {
        return Files.writeString(file, """
                {
                    "userName": "%s",        // PostgreSQL user
                    "password": "",          // null or missing: asked for
                    "serverName": "127.0.0.1",
                    "databaseName": "postgres", // if this is missing, it is 'postgres'
                    "port": %d               // if this is missing, it is 5432
                }
                """.formatted(server.superuser(), server.port()));
    }

    private static Path databases(Path file) throws IOException {
        return Files.writeString(file, """
                [
                    {
                        "name": "dvdrental",
                        "target_database_name": "rental",
                        "selectedTables": [
                            "public.actor",
                            "public.film",
                            "public.film_actor",
                            "workload.*"
                        ]
                    },
                    {"name": "inventory"} // all tables
                ]
                """);
    }

    /** Each document that anybody sees is valid. */
    private static JsonNode document(MigrationGroupRun run) throws IOException {
        String json = run.status().toJson();
        assertThat(StatusSchema.violations(json)).isEmpty();
        return JSON.readTree(json);
    }

    private static boolean isReady(JsonNode document) {
        return databases(document, "migrationState").equals(List.of("READY_TO_COMPLETE", "READY_TO_COMPLETE"))
                && databases(document, "incomingChanges").equals(List.of("0", "0"));
    }

    private static List<String> databases(JsonNode document, String field) {
        List<String> values = new ArrayList<>();
        for (JsonNode output : document.get("output")) {
            if (output.get("resultType").asText().equals("DatabaseLevelOutput")) {
                values.add(output.get(field).asText());
            }
        }
        return values;
    }

    private static List<String> tables(JsonNode document, String database) {
        List<String> names = new ArrayList<>();
        for (JsonNode output : document.get("output")) {
            if (output.get("resultType").asText().equals("TableLevelOutput")
                    && output.get("databaseName").asText().equals(database)) {
                names.add(output.get("tableName").asText());
            }
        }
        return names;
    }
}
