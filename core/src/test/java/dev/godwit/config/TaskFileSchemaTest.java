package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that ships in the jar says what the code does: the same keys, types, defaults and ranges. */
final class TaskFileSchemaTest {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonNode SCHEMA = parse(TaskFile.jsonSchema());
    private static final Schema VALIDATOR = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TaskFile.jsonSchema(), InputFormat.JSON);

    @Test
    void takesEveryGoodFile() {
        for (String text : GoodFiles.all(5432)) {
            assertThat(errors(parse(text))).as(text).isEmpty();
            assertThat(errors(parse(TaskFile.parse(text, "t").toJson())))
                    .as(text)
                    .isEmpty();
        }
    }

    @Test
    void refusesWhatTheCodeRefusesWhereverASchemaCanSayIt() {
        List<String> taken = new ArrayList<>();
        for (BadFile bad : BadFile.all()) {
            JsonNode tree;
            try {
                tree = parse(bad.text());
            } catch (IllegalArgumentException e) {
                continue;
            }
            if (errors(tree).isEmpty()) {
                taken.add(bad.title());
            }
        }
        assertThat(taken)
                .as("files that only the code refuses")
                .containsExactlyInAnyOrder(
                        "a key given twice",
                        "a password given twice",
                        "a key given three times",
                        "two sources",
                        "a password whose role is not named",
                        "a server with its port",
                        "a URL in place of a server",
                        "user and password before the server",
                        "several servers",
                        "a server with a path",
                        "an empty user",
                        "a database whose name holds a zero byte",
                        "a property that the driver has not",
                        "source and target are the same database",
                        "a listed database is its own target",
                        "a database is listed twice",
                        "two databases become one",
                        "two migrations of one name",
                        "a table is selected twice",
                        "a size that is too large",
                        "a size that is too small",
                        "a size beyond every number",
                        "a duration that is too short",
                        "a duration that no clock can add",
                        "rows of a pattern",
                        "the rows of a table twice",
                        "a port with a fraction",
                        "a port with an exponent",
                        "a database whose name is too long");
    }

    /** Of pg_dump: it is looked for, and nothing is added to its environment. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of("program", "environment");

    /** An object of the file and what the code knows of its keys. */
    private static Map<String, List<String>> objects() {
        Map<String, List<String>> objects = new LinkedHashMap<>();
        objects.put("", List.of("$schema", "source", "target", "databases", "godwit"));
        objects.put("/$defs/connection", ConnectionReader.NAMES);
        objects.put("/$defs/database", List.of("name", "target_database_name", "selectedTables", "godwit"));
        objects.put("/properties/godwit", SettingsReader.known("name", "parallel", "createTargetDatabases", "reverse"));
        objects.put("/$defs/database/properties/godwit", SettingsReader.known("name"));
        objects.put("/$defs/tables", List.of("exclude", "rows", "columns"));
        groups().forEach(group -> objects.put("/$defs/" + group.name(), names(group)));
        objects.put("/$defs/schema/anyOf/1", PreparerOptions.NAMES);
        objects.put("/$defs/scripts", PreparerOptions.SCRIPT_NAMES);
        return objects;
    }

    /** The options of migrations and of the preparers of their schemas. */
    private static Stream<OptionGroup<?, ?>> groups() {
        return Stream.concat(OptionGroups.ALL.stream(), PreparerOptions.GROUPS.stream());
    }

    private static Stream<String> pointers() {
        return groups().flatMap(
                        group -> names(group).stream().map(name -> "/$defs/" + group.name() + "/properties/" + name));
    }

    private static List<String> names(OptionGroup<?, ?> group) {
        return group.options().stream().map(Option::name).toList();
    }

    @Test
    void hasEveryKeyAndNoOther() {
        objects().forEach((pointer, known) -> {
            JsonNode object = SCHEMA.at(pointer);
            assertThat(object.path("properties").fieldNames())
                    .toIterable()
                    .as(pointer)
                    .containsExactlyInAnyOrderElementsOf(known);
            assertThat(object.path("additionalProperties").toString())
                    .as(pointer)
                    .isEqualTo("false");
        });
        for (String pointer : List.of("/properties/godwit", "/$defs/database/properties/godwit")) {
            for (String group : SettingsReader.known()) {
                assertThat(SCHEMA.at(pointer + "/properties/" + group + "/$ref").asText())
                        .isEqualTo("#/$defs/" + group);
            }
        }
        assertThat(pointers()).hasSize(33);
    }

    @Test
    void hasTheDefaults() {
        groups().forEach(TaskFileSchemaTest::hasTheDefaults);
        JsonNode connection = SCHEMA.at("/$defs/connection/properties");
        TaskFile small = TaskFile.parse("{" + BadFile.SERVERS + "}", "t");
        assertThat(connection.at("/port/default").asInt())
                .isEqualTo(small.source().port());
        assertThat(connection.at("/databaseName/default").asText())
                .isEqualTo(small.source().databaseName());
        JsonNode godwit = SCHEMA.at("/properties/godwit/properties");
        assertThat(godwit.at("/name/default").asText()).isEqualTo(small.name());
        assertThat(godwit.at("/parallel/default").asInt()).isEqualTo(small.parallel());
        assertThat(godwit.at("/createTargetDatabases/default").asBoolean()).isEqualTo(small.createTargetDatabases());
        assertThat(godwit.at("/reverse/default").asBoolean()).isEqualTo(small.reverse());
        TaskFile said = TaskFile.parse(
                file("/properties/godwit/properties/schema", SCHEMA.at("/$defs/schema/default"))
                        .toString(),
                "t");
        assertThat(said.migrations().builders().get(0).build().config().schema())
                .isEqualTo(small.migrations().builders().get(0).build().config().schema());
    }

    private static <B, O> void hasTheDefaults(OptionGroup<B, O> group) {
        for (Option<B, O, ?> option : group.options()) {
            JsonNode text = SCHEMA.at("/$defs/" + group.name() + "/properties/" + option.name() + "/default");
            if (WITHOUT_DEFAULT.contains(option.name())) {
                assertThat(text.isMissingNode()).as(option.name()).isTrue();
                continue;
            }
            ObjectNode values = JsonNodeFactory.instance.objectNode();
            values.set(option.name(), text);
            Map<Option<?, ?, ?>, Object> read = new LinkedHashMap<>();
            Problems problems = new Problems();
            JsonValue json = JsonReader.read("default", "", values.toString(), problems);
            assertThat(json).isNotNull();
            group.read(json, group.name(), problems, read);
            problems.throwIfAny();
            assertThat(read.get(option))
                    .as("default of %s.%s", group.name(), option.name())
                    .isEqualTo(option.get(group.builtFrom(Map.of())));
        }
    }

    static Stream<String> numbers() {
        return Stream.concat(
                Stream.of("/$defs/connection/properties/port", "/properties/godwit/properties/parallel"),
                pointers().filter(pointer -> !number(SCHEMA.at(pointer)).isMissingNode()));
    }

    /** The part of an option's schema that is about a number. */
    private static JsonNode number(JsonNode option) {
        if (option.has("minimum")) {
            return option;
        }
        for (JsonNode choice : option.path("anyOf")) {
            for (JsonNode inner : choice.has("anyOf") ? choice.path("anyOf") : List.of(choice)) {
                if (inner.has("minimum")) {
                    return inner;
                }
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void hasTheRangesOfNumbers(String pointer) {
        JsonNode number = number(SCHEMA.at(pointer));
        BigInteger least = number.get("minimum").bigIntegerValue();
        agreeOn(pointer, JsonNodeFactory.instance.numberNode(least), true);
        agreeOn(pointer, JsonNodeFactory.instance.numberNode(least.subtract(BigInteger.ONE)), false);
        if (number.has("maximum")) {
            BigInteger most = number.get("maximum").bigIntegerValue();
            agreeOn(pointer, JsonNodeFactory.instance.numberNode(most), true);
            agreeOn(pointer, JsonNodeFactory.instance.numberNode(most.add(BigInteger.ONE)), false);
        } else {
            agreeOn(pointer, JsonNodeFactory.instance.numberNode(Long.MAX_VALUE), true);
        }
        agreeOn(pointer, JsonNodeFactory.instance.numberNode(1.5), false);
        agreeOn(pointer, JsonNodeFactory.instance.booleanNode(true), false);
        agreeOn(pointer, JsonNodeFactory.instance.objectNode(), false);
        agreeOn(pointer, JsonNodeFactory.instance.nullNode(), true);
        agreeOn(pointer, JsonNodeFactory.instance.textNode("7"), false);
    }

    static Stream<String> others() {
        return pointers()
                .filter(pointer -> !WITHOUT_DEFAULT.contains(pointer.substring(pointer.lastIndexOf('/') + 1)))
                .filter(pointer -> number(SCHEMA.at(pointer)).isMissingNode());
    }

    @ParameterizedTest
    @MethodSource("others")
    void hasTheTypesOfOthers(String pointer) {
        JsonNode option = SCHEMA.at(pointer);
        if (option.has("enum")) {
            List<JsonNode> values = StreamSupport.stream(option.get("enum").spliterator(), false)
                    .toList();
            values.forEach(value -> agreeOn(pointer, value, true));
            assertThat(values).hasSizeGreaterThan(2);
        } else if (option.path("default").isBoolean()) {
            agreeOn(pointer, JsonNodeFactory.instance.booleanNode(true), true);
            agreeOn(pointer, JsonNodeFactory.instance.booleanNode(false), true);
            agreeOn(pointer, JsonNodeFactory.instance.textNode("true"), false);
            agreeOn(pointer, JsonNodeFactory.instance.nullNode(), true);
        } else {
            agreeOn(pointer, option.get("x-minimum"), true);
            agreeOn(pointer, option.get("x-maximum"), true);
            for (String text : List.of("5s", "5000ms", "1h", "PT1M", "PT1.5S")) {
                agreeOn(pointer, JsonNodeFactory.instance.textNode(text), true);
            }
            for (String text : List.of("", "5", "5 sec", "s", "P", "PT", "-5s", "PT-5S", "P1W", "5S", "1.5s")) {
                agreeOn(pointer, JsonNodeFactory.instance.textNode(text), false);
            }
        }
        agreeOn(pointer, JsonNodeFactory.instance.numberNode(5), false);
        agreeOn(pointer, JsonNodeFactory.instance.textNode("SOMETHING"), false);
        if (!option.path("default").isBoolean()) {
            agreeOn(pointer, JsonNodeFactory.instance.booleanNode(true), false);
        }
    }

    @Test
    void hasTheRangesOfDurations() {
        Map<String, String> below = Map.of(
                "giveUpAfter", "-1s",
                "schemaCheckInterval", "99ms",
                "maxWritePause", "99ms",
                "fenceTimeout", "0s",
                "readyLag", "0s",
                "timeout", "999ms",
                "lockTimeout", "0s",
                "requireVerified", "-1s");
        others().filter(pointer -> SCHEMA.at(pointer).has("x-minimum")).forEach(pointer -> {
            String name = pointer.substring(pointer.lastIndexOf('/') + 1);
            assertThat(code(pointer, JsonNodeFactory.instance.textNode(below.get(name))))
                    .as(pointer)
                    .isFalse();
            String most = SCHEMA.at(pointer).get("x-maximum").asText();
            String above = most.replace("d", "") + "d";
            long days = Long.parseLong(above.replace("d", ""));
            assertThat(code(pointer, JsonNodeFactory.instance.textNode((days + 1) + "d")))
                    .as(pointer)
                    .isFalse();
        });
    }

    @Test
    void hasTheChoicesOfTheSchemaPreparer() {
        ArrayNode values = (ArrayNode) SCHEMA.at("/$defs/schema/anyOf/0/enum");
        assertThat(StreamSupport.stream(values.spliterator(), false)
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText))
                .containsExactlyElementsOf(PreparerOptions.NAMES.stream()
                        .filter(name -> !name.equals(PreparerOptions.SCRIPTS_NAME))
                        .toList());
        String schema = "/properties/godwit/properties/schema";
        for (String name : PreparerOptions.NAMES) {
            agreeOn(schema, JsonNodeFactory.instance.textNode(name), !name.equals(PreparerOptions.SCRIPTS_NAME));
            agreeOn(schema, parse("{\"" + name + "\": {}}"), true);
            if (!name.equals(PreparerOptions.NONE_NAME)) {
                agreeOn(schema, parse("{\"" + name + "\": {}, \"none\": null}"), true);
            }
            agreeOn(schema, parse("{\"" + name + "\": null}"), false);
            agreeOn(schema, parse("{\"" + name + "\": {\"other\": 1}}"), false);
        }
        agreeOn(schema, parse("{}"), false);
        agreeOn(schema, parse("{\"none\": {}, \"pgDump\": {}}"), false);
        agreeOn(schema, parse("[]"), false);
    }

    private static void agreeOn(String pointer, JsonNode value, boolean fit) {
        assertThat(code(pointer, value))
                .as("the code takes %s for %s", value, pointer)
                .isEqualTo(fit);
        assertThat(errors(file(pointer, value)).isEmpty())
                .as("the schema takes %s for %s", value, pointer)
                .isEqualTo(fit);
    }

    private static boolean code(String pointer, JsonNode value) {
        try {
            TaskFile.parse(file(pointer, value).toString(), "t");
            return true;
        } catch (TaskFileException e) {
            return false;
        }
    }

    /** A file in which one key, of the schema's place, has a value. */
    private static ObjectNode file(String pointer, JsonNode value) {
        ObjectNode file = (ObjectNode) parse("{" + BadFile.SERVERS + "}");
        String[] steps = pointer.split("/");
        String name = steps[steps.length - 1];
        String holder = steps[2];
        if (holder.equals("connection")) {
            ((ObjectNode) file.get("source")).set(name, value);
        } else if (holder.equals("godwit")) {
            file.putObject("godwit").set(name, value);
        } else if (PreparerOptions.NAMES.contains(holder)) {
            file.putObject("godwit").putObject("schema").putObject(holder).set(name, value);
        } else {
            file.putObject("godwit").putObject(holder).set(name, value);
        }
        return file;
    }

    private static List<com.networknt.schema.Error> errors(JsonNode file) {
        return VALIDATOR.validate(file.toString(), InputFormat.JSON);
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
