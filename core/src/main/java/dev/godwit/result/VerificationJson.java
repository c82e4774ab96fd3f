package dev.godwit.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.schema.SchemaDifference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints a report of a verification for programs. */
final class VerificationJson {

    private VerificationJson() {}

    static String print(VerificationReport report) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("migration", report.migration());
        document.put("lsn", report.lsn().toString());
        document.put("startedAt", report.startedAt().toString());
        document.put("durationMillis", report.duration().toMillis());
        document.put("equal", report.isEqual());
        ObjectNode scope = document.putObject("scope");
        scope.put("mode", report.scope().mode().name());
        scope.put("sample", report.scope().sample());
        scope.put("allTables", report.scope().allTables());
        scope.put("schema", report.scope().schema());
        scope.put("sequences", report.scope().sequences());
        ArrayNode tables = document.putArray("tables");
        report.tables().forEach(table -> put(tables.addObject(), table));
        ArrayNode schema = document.putArray("schema");
        report.schema().forEach(difference -> put(schema.addObject(), difference));
        ArrayNode sequences = document.putArray("sequences");
        report.sequences().forEach(difference -> put(sequences.addObject(), difference));
        ArrayNode notCompared = document.putArray("notCompared");
        report.notCompared()
                .forEach(left ->
                        notCompared.addObject().put("object", left.object()).put("reason", left.reason()));
        return document.toPrettyString();
    }

    private static void put(ObjectNode node, TableVerification table) {
        node.put("table", table.table().toString());
        node.put("equal", table.isEqual());
        node.put("sourceRows", table.sourceRows());
        node.put("targetRows", table.targetRows());
        node.put("bytes", table.bytes());
        node.put("chunks", table.chunks());
        node.put("differingRows", table.differingRows());
        table.problem().ifPresent(problem -> node.put("problem", problem));
        ArrayNode differences = node.putArray("differences");
        table.differences().forEach(difference -> put(differences.addObject(), difference));
    }

    private static void put(ObjectNode node, RowDifference difference) {
        node.put("kind", difference.kind().name());
        node.put("keyHash", difference.keyHash());
        node.put("rows", difference.rows());
        ArrayNode columns = node.putArray("columns");
        difference.columns().forEach(columns::add);
        difference.values().ifPresent(values -> {
            put(node.putObject("key"), difference.key());
            put(node.putObject("source"), values.source());
            put(node.putObject("target"), values.target());
        });
    }

    private static void put(ObjectNode node, Map<String, ? extends @Nullable String> values) {
        values.forEach((column, value) -> node.put(column, value));
    }

    private static void put(ObjectNode node, SchemaDifference difference) {
        node.put("object", difference.object());
        node.put("source", difference.leftOrNull());
        node.put("target", difference.rightOrNull());
    }

    private static void put(ObjectNode node, SequenceDifference difference) {
        node.put("sequence", difference.sequence().toString());
        node.put("kind", difference.kind().name());
        put(node.putObject("source"), difference.source());
        difference.target().ifPresent(at -> put(node.putObject("target"), at));
    }

    private static void put(ObjectNode node, SequenceDifference.Position position) {
        node.put("lastValue", position.lastValue());
        node.put("isCalled", position.isCalled());
    }
}
