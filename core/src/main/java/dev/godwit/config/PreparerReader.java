package dev.godwit.config;

import dev.godwit.schema.PreparerDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how the target's schema is prepared: a preparer's name, or an object whose only key is that name, with its options. */
final class PreparerReader {
    private final Problems problems;

    PreparerReader(Problems problems) {
        this.problems = problems;
    }

    @Nullable
    PreparerDescription read(JsonValue value, String path) {
        if (value instanceof JsonValue.Scalar scalar && scalar.type() == JsonValue.Type.TEXT) {
            return named(scalar, path);
        }
        if (!(value instanceof JsonValue.Obj)) {
            problems.add(
                    value.place(), path, "must be the name of a preparer, or an object with it, not " + value.kind());
            return null;
        }
        Fields fields = Fields.of(value, path, problems, PreparerOptions.NAMES);
        List<String> given = fields == null
                ? List.of()
                : fields.names().stream()
                        .filter(PreparerOptions.NAMES::contains)
                        .filter(name -> fields.value(name) != null)
                        .toList();
        if (fields == null || given.size() != 1) {
            problems.add(
                    value.place(),
                    path,
                    "must hold exactly one of " + String.join(", ", PreparerOptions.NAMES) + ", each an object, not "
                            + (given.isEmpty() ? "none" : String.join(" and ", given)));
            return null;
        }
        String name = given.get(0);
        JsonValue options = fields.value(name);
        return options == null ? null : described(name, options, fields.path(name));
    }

    private @Nullable PreparerDescription named(JsonValue.Scalar scalar, String path) {
        switch (scalar.text()) {
            case PreparerOptions.FROM_CATALOG_NAME, PreparerOptions.PG_DUMP_NAME -> {
                return described(scalar.text(), new JsonValue.Obj(scalar.place(), Map.of()), path);
            }
            case PreparerOptions.ALREADY_PREPARED_NAME -> {
                return new PreparerDescription.AlreadyPrepared();
            }
            case PreparerOptions.NONE_NAME -> {
                return new PreparerDescription.None();
            }
            case PreparerOptions.SCRIPTS_NAME ->
                problems.add(
                        scalar.place(),
                        path,
                        "must name the scripts: {\"scripts\": {\"beforeCopy\": [\"tables.sql\"], \"afterCopy\": [\"indexes.sql\"]}}");
            default ->
                problems.add(
                        scalar.place(),
                        path,
                        "must be fromCatalog, pgDump, alreadyPrepared, none or an object, not '"
                                + Problems.shown(scalar.text()) + "'");
        }
        return null;
    }

    private @Nullable PreparerDescription described(String name, JsonValue options, String path) {
        return switch (name) {
            case PreparerOptions.FROM_CATALOG_NAME ->
                new PreparerDescription.FromCatalog(built(PreparerOptions.FROM_CATALOG, options, path));
            case PreparerOptions.PG_DUMP_NAME ->
                new PreparerDescription.PgDump(built(PreparerOptions.PG_DUMP, options, path));
            case PreparerOptions.SCRIPTS_NAME -> scripts(options, path);
            default -> {
                Fields none = Fields.ofAny(options, path, problems);
                if (none != null) {
                    none.names().forEach(key -> none.unknown(key, "unknown key; " + name + " has no options"));
                }
                yield name.equals(PreparerOptions.NONE_NAME)
                        ? new PreparerDescription.None()
                        : new PreparerDescription.AlreadyPrepared();
            }
        };
    }

    private <B, O> O built(OptionGroup<B, O> group, JsonValue value, String path) {
        Map<Option<?, ?, ?>, Object> options = new LinkedHashMap<>();
        group.read(value, path, problems, options);
        return group.builtFrom(options);
    }

    private @Nullable PreparerDescription scripts(JsonValue value, String path) {
        Fields fields = Fields.of(value, path, problems, PreparerOptions.SCRIPT_NAMES);
        return fields == null
                ? null
                : new PreparerDescription.Scripts(
                        paths(fields, PreparerOptions.SCRIPT_NAMES.get(0)),
                        paths(fields, PreparerOptions.SCRIPT_NAMES.get(1)));
    }

    private List<Path> paths(Fields fields, String name) {
        List<Path> paths = new ArrayList<>();
        List<JsonValue> elements = fields.list(name);
        for (int i = 0; i < elements.size(); i++) {
            try {
                paths.add(Forms.PATH.read(elements.get(i)));
            } catch (IllegalArgumentException e) {
                problems.add(elements.get(i).place(), fields.path(name) + "[" + i + "]", Problems.oneLine(e));
            }
        }
        return paths;
    }
}
