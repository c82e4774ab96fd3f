package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.event.MigrationPhase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @EnumSource
    void fitsDocumentsInEveryPhase(MigrationPhase phase) {
        TableStatus table = Statuses.table("actor", TableLoadState.ERRORED, new AppliedChanges(1, 2, 3, 4));
        assertThat(StatusSchema.violations(Statuses.of("app", phase, table).toJson()))
                .isEmpty();
    }

    @Test
    void fitsADocumentInWhichEverythingIsUnknownThatCanBe() {
        assertThat(StatusSchema.violations(Statuses.bare().toJson())).isEmpty();
        assertThat(StatusSchema.violations(
                        TaskStatus.of(List.of(Statuses.bare(), Statuses.of("other", MigrationPhase.PAUSED)))
                                .toJson()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/output/0",
                "/output/1",
                "/output/1/godwit",
                "/output/1/godwit/verification",
                "/output/1/godwit/verification/progress",
                "/output/1/godwit/verification/last",
                "/output/2",
                "/output/2/godwit"
            })
    void knowsEveryFieldAndNoOther(String object) throws Exception {
        String document = Statuses.of(
                        "app", MigrationPhase.FAILED, Statuses.table("t", TableLoadState.QUEUED, AppliedChanges.NONE))
                .toJson();
        JsonNode read = MAPPER.readTree(document);
        for (String field : fields(read.at(object))) {
            JsonNode without = MAPPER.readTree(document);
            ((ObjectNode) without.at(object)).remove(field);
            assertThat(StatusSchema.violations(without.toString()))
                    .as("without %s", field)
                    .isNotEmpty();
        }
        ((ObjectNode) read.at(object)).put("more", 1);
        assertThat(StatusSchema.violations(read.toString())).isNotEmpty();
    }

    private static List<String> fields(JsonNode object) {
        List<String> fields = new ArrayList<>();
        object.fieldNames().forEachRemaining(fields::add);
        assertThat(fields).isNotEmpty();
        return fields;
    }

    @Test
    void listsTheStatesThatTheCodeHas() throws Exception {
        JsonNode definitions = MAPPER.readTree(TaskStatus.jsonSchema()).get("$defs");
        assertThat(enumeration(definitions.at("/DatabaseLevelOutput/properties/migrationState")))
                .isEqualTo(names(MigrationState.values()));
        assertThat(enumeration(definitions.at("/DatabaseLevelOutput/properties/godwit/properties/phase")))
                .isEqualTo(names(MigrationPhase.values()));
        assertThat(enumeration(definitions.at("/TableLevelOutput/properties/state")))
                .isEqualTo(names(TableLoadState.values()));
    }

    private static List<String> enumeration(JsonNode property) {
        List<String> values = new ArrayList<>();
        property.get("enum").forEach(value -> values.add(value.asText()));
        return values;
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }
}
