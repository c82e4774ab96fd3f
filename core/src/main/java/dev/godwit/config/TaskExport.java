package dev.godwit.config;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationConfig;
import dev.godwit.copy.Throttles;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.PreparerDescription;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Describes migrations that were built in code. */
final class TaskExport {
    private final List<String> problems = new ArrayList<>();

    private TaskExport() {}

    static TaskFile of(String name, List<Migration> migrations) {
        return new TaskExport()
                .task(name, migrations.stream().map(Migration::config).toList());
    }

    private TaskFile task(String name, List<MigrationConfig> configs) {
        if (!MigrationNames.isName(name)) {
            problems.add("the task's name must be 1 to 63 letters, digits, dots, hyphens or underscores, not '"
                    + Problems.shown(name) + "'");
        }
        if (configs.isEmpty()) {
            problems.add("there is no migration");
        }
        List<Settings> settings = new ArrayList<>();
        Set<String> sources = new LinkedHashSet<>();
        Set<String> targets = new LinkedHashSet<>();
        for (MigrationConfig config : configs) {
            requireNoCode(config);
            settings.add(settings(config));
            requireDistinct(sources, config, config.source());
            requireDistinct(targets, config, config.target());
        }
        if (configs.stream()
                        .map(MigrationConfig::createTargetDatabase)
                        .distinct()
                        .count()
                > 1) {
            problems.add(
                    "createTargetDatabase is set for some of the migrations and not for others; a task has it for all");
        }
        if (configs.stream().map(MigrationConfig::reverse).distinct().count() > 1) {
            problems.add("reverse is set for some of the migrations and not for others; a task has it for all");
        }
        TaskConnection source = server(configs, true);
        TaskConnection target = server(configs, false);
        if (!problems.isEmpty() || source == null || target == null) {
            throw new IllegalArgumentException("cannot be written into a task file: " + String.join("; ", problems));
        }
        Settings common = common(settings);
        List<TaskDatabase> databases = new ArrayList<>();
        for (int i = 0; i < configs.size(); i++) {
            MigrationConfig config = configs.get(i);
            databases.add(new TaskDatabase(
                    database(config.source()),
                    database(config.target()),
                    config.tables().included(),
                    config.name(),
                    settings.get(i).without(common)));
        }
        TaskSettings defaults = TaskSettings.DEFAULT;
        return new TaskFile(
                source,
                target,
                databases,
                new TaskSettings(
                        name,
                        defaults.parallel(),
                        configs.get(0).createTargetDatabase(),
                        configs.get(0).reverse(),
                        common));
    }

    private void requireDistinct(Set<String> known, MigrationConfig config, Endpoint endpoint) {
        if (!known.add(endpoint.url())) {
            problems.add("two migrations have " + endpoint + ", one of them '" + config.name() + "'");
        }
    }

    private void requireNoCode(MigrationConfig config) {
        refuse(config, "copy.executor", config.copy().executor().isPresent());
        refuse(config, "copy.throttle", !sameKind(config.copy().throttle(), Throttles.none()));
        refuse(config, "cutover.fence", !sameKind(config.cutover().fence(), WriteFences.lockTables()));
        refuse(config, "cutover.trafficSwitch", !sameKind(config.cutover().trafficSwitch(), TrafficSwitch.byHand()));
        refuse(config, "schema", SchemaPreparers.describe(config.schema()).isEmpty());
        refuseSecrets(config);
        refuse(config, "listener", !config.listeners().isEmpty());
    }

    private void refuse(MigrationConfig config, String option, boolean isCode) {
        if (isCode) {
            problems.add(option + " of migration '" + config.name()
                    + "' is code; leave it out, and give it to the builders that come from the file");
        }
    }

    private void refuseSecrets(MigrationConfig config) {
        if (SchemaPreparers.describe(config.schema()).orElse(null) instanceof PreparerDescription.PgDump pgDump
                && pgDump.options().environment().containsKey(Variables.PASSWORD)) {
            problems.add("schema of migration '" + config.name() + "' sets " + Variables.PASSWORD
                    + " in pg_dump's environment, a secret; leave it out, pg_dump logs in as the migration does");
        }
    }

    private static boolean sameKind(Object given, Object builtIn) {
        return given.getClass() == builtIn.getClass();
    }

    private static Settings settings(MigrationConfig config) {
        Map<Option<?, ?, ?>, Object> options = new LinkedHashMap<>();
        OptionGroups.COPY.collect(config.copy(), options);
        OptionGroups.SOURCE_LIMITS.collect(config.sourceLimits(), options);
        OptionGroups.APPLY.collect(config.apply(), options);
        OptionGroups.CUTOVER.collect(config.cutover(), options);
        Map<TableName, String> rows = new TreeMap<>();
        Map<TableName, List<String>> columns = new TreeMap<>();
        for (Map.Entry<String, TableRows> part : config.tables().parts().entrySet()) {
            // Such a choice is found by the text of the name, so that it matters not which dot separates.
            int dot = part.getKey().indexOf('.');
            TableName table =
                    new TableName(part.getKey().substring(0, dot), part.getKey().substring(dot + 1));
            part.getValue().condition().ifPresent(condition -> rows.put(table, condition));
            if (!part.getValue().columns().isEmpty()) {
                columns.put(table, part.getValue().columns());
            }
        }
        PreparerDescription schema = SchemaPreparers.describe(config.schema())
                .filter(preparer -> !preparer.preparer().equals(SchemaPreparers.fromCatalog()))
                .orElse(null);
        return new Settings(options, schema, config.tables().excluded(), rows, columns);
    }

    /** Gives what is the same for all. */
    private static Settings common(List<Settings> settings) {
        Settings first = settings.get(0);
        Map<Option<?, ?, ?>, Object> options = new LinkedHashMap<>(first.options());
        PreparerDescription schema = first.schema();
        for (Settings other : settings) {
            options.entrySet().retainAll(other.options().entrySet());
            schema = Objects.equals(other.schema(), schema) ? schema : null;
        }
        return new Settings(options, schema, List.of(), Map.of(), Map.of());
    }

    /** Gives the connection that all migrations have on one side; null, with a problem, if there is none. */
    private @Nullable TaskConnection server(List<MigrationConfig> configs, boolean source) {
        TaskConnection first = null;
        for (MigrationConfig config : configs) {
            Optional<TaskConnection> connection = connection(
                    source ? config.source() : config.target(),
                    (source ? "source" : "target") + " of migration '" + config.name() + "'",
                    configs.size() > 1);
            if (connection.isEmpty()) {
                return null;
            }
            if (first != null && !first.sameServer(connection.get())) {
                problems.add((source ? "source" : "target") + " of migration '" + config.name()
                        + "' is on another server than that of the first, or has another user or other properties");
            }
            first = first == null ? connection.get() : first;
        }
        return first;
    }

    private Optional<TaskConnection> connection(Endpoint endpoint, String what, boolean several) {
        Properties parsed = parsed(endpoint);
        String host = String.valueOf(PGProperty.PG_HOST.getOrDefault(parsed));
        if (host.indexOf(',') >= 0) {
            problems.add(what + ": " + endpoint + " names several servers; name one");
            return Optional.empty();
        }
        Map<String, String> properties = endpoint.openProperties();
        properties.remove("user");
        properties.forEach((name, value) -> ConnectionReader.propertyProblem(name, value)
                .ifPresent(problem -> problems.add(what + ": property " + name + " " + problem)));
        return Optional.of(new TaskConnection(
                host,
                Integer.parseInt(String.valueOf(PGProperty.PG_PORT.getOrDefault(parsed))),
                several ? TaskConnection.DEFAULT_DATABASE : database(endpoint),
                new TaskConnection.Login(endpoint.user().orElse(null), null),
                properties));
    }

    private static String database(Endpoint endpoint) {
        return String.valueOf(PGProperty.PG_DBNAME.getOrDefault(parsed(endpoint)));
    }

    private static Properties parsed(Endpoint endpoint) {
        Properties parsed = Driver.parseURL(endpoint.url(), new Properties());
        if (parsed == null) {
            throw new IllegalStateException("the driver does not understand the URL of " + endpoint + " any more");
        }
        return parsed;
    }
}
