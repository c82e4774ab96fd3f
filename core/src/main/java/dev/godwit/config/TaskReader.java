package dev.godwit.config;

import dev.godwit.TablePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a task of what its files hold. */
final class TaskReader {
    private static final List<String> TASK = List.of("$schema", "source", "target", "databases", "godwit");
    private static final List<String> DATABASE = List.of("name", "target_database_name", "selectedTables", "godwit");

    private final Problems problems;
    private final SettingsReader settingsReader;

    TaskReader(Problems problems) {
        this.problems = problems;
        this.settingsReader = new SettingsReader(problems);
    }

    /**
     * What is found where; null for what is missing, or could not be read.
     *
     * @param listed whether there is a list of databases, be it one that could not be read
     */
    record Documents(
            @Nullable JsonValue source,
            @Nullable JsonValue target,
            @Nullable JsonValue databases,
            @Nullable JsonValue godwit,
            boolean listed) {}

    /** Takes a file that holds the whole task. */
    TaskFile task(@Nullable JsonValue root) {
        Fields fields = root == null ? null : Fields.of(root, "", problems, TASK);
        if (fields == null) {
            return task(new Documents(null, null, null, null, false));
        }
        fields.read("$schema", Forms.TEXT);
        for (String side : List.of("source", "target")) {
            if (fields.value(side) == null) {
                fields.problem(side, "is missing; give an object with serverName, userName, …");
            }
        }
        JsonValue databases = fields.value("databases");
        return task(new Documents(
                fields.value("source"), fields.value("target"), databases, fields.value("godwit"), databases != null));
    }

    /** Takes the parts of a task; throws if there is any problem by now. */
    TaskFile task(Documents documents) {
        ConnectionReader connections = new ConnectionReader(problems);
        TaskConnection source = documents.source() == null ? null : connections.read(documents.source(), "source");
        TaskConnection target = documents.target() == null ? null : connections.read(documents.target(), "target");
        TaskSettings settings = settings(documents.godwit());
        List<Entry> entries = entries(documents.databases(), settings);
        JsonValue targetValue = documents.target();
        if (source != null && target != null && targetValue != null) {
            if (!documents.listed()) {
                entries.add(implied(source, target, targetValue.place(), settings));
            }
            entries.forEach(entry -> requireTwoDatabases(source, target, entry));
        }
        requireDistinct(entries);
        problems.throwIfAny();
        if (source == null || target == null) {
            throw new IllegalStateException("a connection is missing, and there is no problem");
        }
        return new TaskFile(
                source, target, entries.stream().map(Entry::database).toList(), settings);
    }

    private TaskSettings settings(@Nullable JsonValue value) {
        Fields fields = value == null
                ? null
                : Fields.of(
                        value,
                        "godwit",
                        problems,
                        SettingsReader.known("name", "parallel", "createTargetDatabases", "reverse"));
        if (fields == null) {
            return TaskSettings.DEFAULT;
        }
        Integer parallel = fields.read("parallel", Forms.INTEGER);
        if (parallel != null && (parallel < 1 || parallel > TaskSettings.MOST_PARALLEL)) {
            fields.problem("parallel", "must be 1 to " + TaskSettings.MOST_PARALLEL + ", not " + parallel);
        }
        Boolean create = fields.read("createTargetDatabases", Forms.BOOLEAN);
        Boolean reverse = fields.read("reverse", Forms.BOOLEAN);
        return new TaskSettings(
                name(fields),
                parallel == null ? TaskSettings.DEFAULT.parallel() : parallel,
                create == null ? TaskSettings.DEFAULT.createTargetDatabases() : create,
                reverse == null ? TaskSettings.DEFAULT.reverse() : reverse,
                settingsReader.read(fields));
    }

    private static @Nullable String name(Fields fields) {
        String name = fields.read("name", Forms.TEXT);
        if (name != null && !MigrationNames.isName(name)) {
            fields.problem(
                    "name",
                    "must be 1 to 63 letters, digits, dots, hyphens or underscores, beginning with a letter or digit, not '"
                            + Problems.shown(name) + "'");
            return null;
        }
        return name;
    }

    /**
     * A database of the list.
     *
     * @param database the database
     * @param place where to show what is wrong with its name
     * @param path the path of its object
     */
    private record Entry(TaskDatabase database, Place place, String path) {}

    private static Entry implied(TaskConnection source, TaskConnection target, Place place, TaskSettings settings) {
        TaskDatabase database = new TaskDatabase(
                source.databaseName(), target.databaseName(), List.of(), settings.taskName(), Settings.NONE);
        return new Entry(database, place, "target");
    }

    private List<Entry> entries(@Nullable JsonValue value, TaskSettings settings) {
        List<Entry> entries = new ArrayList<>();
        if (value instanceof JsonValue.Arr array) {
            if (array.elements().isEmpty()) {
                problems.add(
                        value.place(),
                        "databases",
                        "must name at least one database; leave the list out for those of the connections");
            }
            for (int i = 0; i < array.elements().size(); i++) {
                entry(array.elements().get(i), "databases[" + i + "]", settings).ifPresent(entries::add);
            }
        } else if (value != null) {
            problems.add(value.place(), "databases", "must be a list, not " + value.kind());
        }
        return entries;
    }

    private Optional<Entry> entry(JsonValue value, String path, TaskSettings task) {
        Fields fields = Fields.of(value, path, problems, DATABASE);
        if (fields == null) {
            return Optional.empty();
        }
        if (fields.value("name") == null) {
            fields.problem("name", "is missing; name the database on the source");
        }
        String name = databaseName(fields, "name");
        String targetName = databaseName(fields, "target_database_name");
        List<TablePattern> selected = settingsReader.patterns(fields, "selectedTables");
        JsonValue own = fields.value("godwit");
        Fields godwit =
                own == null ? null : Fields.of(own, fields.path("godwit"), problems, SettingsReader.known("name"));
        String migrationName = godwit == null ? null : name(godwit);
        Settings settings = godwit == null ? Settings.NONE : settingsReader.read(godwit);
        if (name == null) {
            return Optional.empty();
        }
        TaskDatabase database = new TaskDatabase(
                name,
                targetName == null ? name : targetName,
                selected,
                migrationName == null ? MigrationNames.of(task.taskName(), name) : migrationName,
                settings);
        return Optional.of(new Entry(database, fields.place("name"), path));
    }

    private static @Nullable String databaseName(Fields fields, String key) {
        String name = fields.read(key, Forms.TEXT);
        Optional<String> problem = name == null ? Optional.empty() : ConnectionReader.databaseProblem(name);
        problem.ifPresent(message -> fields.problem(key, message));
        return problem.isPresent() ? null : name;
    }

    private void requireTwoDatabases(TaskConnection source, TaskConnection target, Entry entry) {
        TaskDatabase database = entry.database();
        if (source.server().equals(target.server()) && database.name().equals(database.targetDatabaseName())) {
            problems.add(
                    entry.place(),
                    entry.path(),
                    "source and target are the same database; name another server, port or database as the target");
        }
    }

    private void requireDistinct(List<Entry> entries) {
        Map<String, Entry> names = new HashMap<>();
        Map<String, Entry> targets = new HashMap<>();
        Map<String, Entry> migrations = new HashMap<>();
        for (Entry entry : entries) {
            TaskDatabase database = entry.database();
            Entry same = names.putIfAbsent(database.name(), entry);
            if (same != null) {
                problems.add(entry.place(), entry.path(), "is the same database as " + same.path() + "; leave one out");
                continue;
            }
            same = targets.putIfAbsent(database.targetDatabaseName(), entry);
            if (same != null) {
                problems.add(
                        entry.place(),
                        entry.path(),
                        "becomes the same database of the target as " + same.path()
                                + "; give another target_database_name");
            }
            same = migrations.putIfAbsent(database.migrationName(), entry);
            if (same != null) {
                problems.add(
                        entry.place(),
                        entry.path(),
                        "its migration has the same name as that of " + same.path() + "; give another godwit.name");
            }
        }
    }
}
