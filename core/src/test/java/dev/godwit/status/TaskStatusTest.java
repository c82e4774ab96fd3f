package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.event.MigrationPhase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskStatusTest {
    private static final TableStatus ACTOR =
            Statuses.table("actor", TableLoadState.COMPLETED, new AppliedChanges(3, 2, 1, 1));
    private static final TableStatus FILM = Statuses.table("film", TableLoadState.LOADING, AppliedChanges.NONE);

    private static JsonNode json(TaskStatus task) throws Exception {
        return new ObjectMapper().readTree(task.toJson());
    }

    @Test
    void hasTheNamesOfAzuresDocument() throws Exception {
        JsonNode document = json(
                MigrationStatus.merge(List.of(Statuses.of("dvdrental", MigrationPhase.READY_TO_CUTOVER, ACTOR, FILM))));
        assertThat(document.get("state").asText()).isEqualTo("Running");
        JsonNode migration = document.get("output").get(0);
        assertThat(migration.get("resultType").asText()).isEqualTo("MigrationLevelOutput");
        assertThat(migration.get("databaseCount").asInt()).isEqualTo(1);
        assertThat(migration.get("state").asText()).isEqualTo("PENDING");
        assertThat(migration.get("sourceVersion").asText()).isEqualTo("PostgreSQL 13.23");
        assertThat(migration.get("targetVersion").isNull()).isTrue();
        assertThat(migration.get("startedOn").asText()).isEqualTo("2026-11-21T12:00:00.123456+00:00");
        assertThat(migration.get("endedOn").isNull()).isTrue();
        JsonNode database = document.get("output").get(1);
        assertThat(database.get("id").asText()).isEqualTo("db|dvdrental");
        assertThat(database.get("migrationState").asText()).isEqualTo("READY_TO_COMPLETE");
        assertThat(database.get("appliedChanges").asInt()).isEqualTo(6);
        assertThat(database.get("cdcInsertCounter").asInt()).isEqualTo(3);
        assertThat(database.get("incomingChanges").asInt()).isEqualTo(7);
        assertThat(database.get("latency").asInt()).isEqualTo(1);
        assertThat(database.get("fullLoadCompletedTables").asInt()).isEqualTo(1);
        assertThat(database.get("fullLoadLoadingTables").asInt()).isEqualTo(1);
        assertThat(database.get("fullLoadQueuedTables").asInt()).isZero();
        assertThat(database.get("godwit").get("lagSeconds").asDouble()).isEqualTo(1.25);
        assertThat(database.get("godwit").get("copy").get("throttled").asText()).isEqualTo("quiet hours");
        JsonNode table = document.get("output").get(2);
        assertThat(table.get("id").asText()).isEqualTo("or|dvdrental|public|actor");
        assertThat(table.get("tableName").asText()).isEqualTo("public.actor");
        assertThat(table.get("totalChangesApplied").asInt()).isEqualTo(6);
        assertThat(table.get("dataErrorsCount").asInt()).isEqualTo(2);
        assertThat(table.get("fullLoadTotalVolumeBytes").asInt()).isEqualTo(8192);
    }

    @Test
    void hasOneMigrationLevelForSeveralDatabases() throws Exception {
        MigrationStatus first = Statuses.of("dvdrental", MigrationPhase.READY_TO_CUTOVER, ACTOR);
        MigrationStatus second = Statuses.of("inventory", MigrationPhase.SNAPSHOT, FILM);
        TaskStatus task = TaskStatus.of(List.of(first, second));
        JsonNode output = json(task).get("output");
        assertThat(output)
                .extracting(each -> each.get("id").asText())
                .containsExactly(
                        task.id(),
                        "db|dvdrental",
                        "db|inventory",
                        "or|dvdrental|public|actor",
                        "or|inventory|public|film");
        assertThat(output.get(0).get("databaseCount").asInt()).isEqualTo(2);
        assertThat(output.get(0).get("sourceServer").asText()).isEqualTo("old:5432");
        assertThat(task.id())
                .isNotIn(first.id(), second.id())
                .isEqualTo(TaskStatus.of(List.of(second, first)).id());
        assertThat(TaskStatus.of(List.of(first)).id()).isEqualTo(first.id());
        assertThatThrownBy(() -> TaskStatus.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED, COMPLETED, COMPLETED, Succeeded",
        "COMPLETED, CATCH_UP, RUNNING, Running",
        "READY_TO_CUTOVER, SCHEMA, INITIALIZING, Running",
        "PAUSED, READY_TO_CUTOVER, PAUSED, Running",
        "COMPLETED, FAILED, FAILED, Failed",
        "PAUSED, CANCELLED, CANCELLED, Canceled",
    })
    void isInTheStateOfTheDatabaseThatMostWantsToBeLookedAt(
            MigrationPhase one, MigrationPhase other, MigrationState expected, String state) throws Exception {
        TaskStatus task = TaskStatus.of(List.of(Statuses.of("a", one), Statuses.of("b", other)));
        assertThat(task.state()).isEqualTo(expected);
        JsonNode document = json(task);
        assertThat(document.get("state").asText()).isEqualTo(state);
        assertThat(document.get("output").get(0).get("endedOn").isNull())
                .isEqualTo(one != MigrationPhase.COMPLETED || other != MigrationPhase.COMPLETED);
    }
}
