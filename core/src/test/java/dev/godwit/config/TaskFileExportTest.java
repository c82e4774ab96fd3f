package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationConfig;
import dev.godwit.TableFilter;
import dev.godwit.copy.Throttles;
import dev.godwit.cutover.WriteFence;
import dev.godwit.schema.PgDumpOptions;
import dev.godwit.schema.SchemaCopyOptions;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** What was built in code can be written to a file, and comes back as it was. */
final class TaskFileExportTest {
    private static final Credentials NOBODY = url -> {
        throw new AssertionError("asked for " + url);
    };

    /** Two migrations that have some options in common. */
    private static final String BOTH = """
            {
              "source" : {
                "userName" : "mover",
                "serverName" : "old",
                "databaseName" : "postgres",
                "port" : 5433,
                "properties" : {
                  "sslmode" : "require"
                }
              },
              "target" : {
                "userName" : "mover",
                "serverName" : "new",
                "databaseName" : "postgres",
                "port" : 5432
              },
              "databases" : [
                {
                  "name" : "a",
                  "selectedTables" : [
                    "public.*\\".log\\"",
                    "x.y"
                  ],
                  "godwit" : {
                    "name" : "one",
                    "tables" : {
                      "exclude" : [
                        "x.y*"
                      ],
                      "rows" : {
                        "a.\\"b.c\\"" : "true"
                      }
                    },
                    "copy" : {
                      "indexMemory" : "3MiB"
                    },
                    "cutover" : {
                      "maxWritePause" : "90s"
                    }
                  }
                },
                {
                  "name" : "b",
                  "target_database_name" : "c",
                  "godwit" : {
                    "name" : "two",
                    "schema" : "none"
                  }
                }
              ],
              "godwit" : {
                "name" : "both",
                "copy" : {
                  "workers" : 8
                }
              }
            }
            """;

    @Test
    void namesEveryOptionThatIsCode() {
        Migration migration = Migration.builder()
                .name("coded")
                .source(Endpoint.of("jdbc:postgresql://old1,old2/app"))
                .target(Endpoint.of("jdbc:postgresql://new/app").property("gssEncMode", "s"))
                .schema((source, target, tables) -> new SchemaPlan(List.of(), List.of()))
                .copy(CopyOptions.builder()
                        .executor(ForkJoinPool.commonPool())
                        .throttle(Throttles.whileFileExists(Path.of("pause")))
                        .build())
                .cutover(CutoverOptions.builder()
                        .fence(fenceOfOnesOwn())
                        .trafficSwitch(context -> {})
                        .build())
                .listener(event -> {})
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskFile.of("task", migration))
                .withMessageContainingAll(
                        "copy.executor of migration 'coded'",
                        "copy.throttle",
                        "cutover.fence",
                        "cutover.trafficSwitch",
                        "schema of migration 'coded' is code",
                        "listener",
                        "names several servers",
                        "property gssEncMode must be one of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskFile.of("not a name"))
                .withMessageContainingAll("the task's name", "there is no migration");
    }

    @Test
    void describesMigrationsOfTheSameTwoServersOnly() {
        Migration first = migration("one", "jdbc:postgresql://old/a", "jdbc:postgresql://new/a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskFile.of(
                        "t", first, migration("two", "jdbc:postgresql://other/b", "jdbc:postgresql://new/b")))
                .withMessageContaining("source of migration 'two' is on another server");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TaskFile.of("t", first, migration("two", "jdbc:postgresql://old/b", "jdbc:postgresql://new/a")))
                .withMessageContaining("two migrations have jdbc:postgresql://new/a");
    }

    @Test
    void writesThePreparerShortWhereItHasNoOptions() {
        assertThat(TaskFile.of("task", prepared(SchemaPreparers.pgDump())).toJson())
                .contains("\"schema\" : \"pgDump\"");
        assertThat(TaskFile.of("task", prepared(SchemaPreparers.fromCatalog())).toJson())
                .doesNotContain("schema");
        assertThat(TaskFile.of(
                                "task",
                                prepared(SchemaPreparers.fromCatalog(
                                        SchemaCopyOptions.builder().owners(true).build())))
                        .toJson())
                .contains("\"fromCatalog\" : {\n        \"owners\" : true\n      }");
    }

    @Test
    void writesNoPasswordOfPgDump() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskFile.of(
                        "task",
                        prepared(SchemaPreparers.pgDump(PgDumpOptions.builder()
                                .environment("PGPASSWORD", "s3cret")
                                .build()))))
                .withMessageContaining("schema of migration 'prepared' sets PGPASSWORD")
                .withMessageNotContaining("s3cret");
    }

    private static Migration prepared(SchemaPreparer preparer) {
        return Migration.builder()
                .name("prepared")
                .source(Endpoint.of("jdbc:postgresql://old/app"))
                .target(Endpoint.of("jdbc:postgresql://new/app"))
                .schema(preparer)
                .build();
    }

    private static WriteFence fenceOfOnesOwn() {
        return (WriteFence) Proxy.newProxyInstance(
                TaskFileTest.class.getClassLoader(), new Class<?>[] {WriteFence.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("the fence is never raised");
                });
    }

    private static Migration migration(String name, String source, String target) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of(source))
                .target(Endpoint.of(target))
                .build();
    }

    @Test
    void comesBackAsItWas() {
        for (String text : GoodFiles.all(5433)) {
            TaskFile task = TaskFile.parse(text.replace("\"password\": \"s3cret\",", ""), "task.json");
            assertThat(TaskFile.parse(task.toJson(), "again")).isEqualTo(task);
            Migration[] migrations = task.migrations().credentials(NOBODY).builders().stream()
                    .map(Migration.Builder::build)
                    .toArray(Migration[]::new);
            TaskFile described = TaskFile.of(task.name(), migrations);
            assertThat(TaskFile.parse(described.toJson(), "again")).isEqualTo(described);
            List<MigrationConfig> before = configs(task, NOBODY);
            List<MigrationConfig> after = configs(described, NOBODY);
            for (int i = 0; i < before.size(); i++) {
                assertThat(flat(after.get(i))).isEqualTo(flat(before.get(i)));
            }
        }
    }

    /** Everything of a migration that can be compared. */
    private static List<Object> flat(MigrationConfig config) {
        List<Object> flat = new ArrayList<>();
        OptionGroups.COPY.options().forEach(option -> flat.add(option.get(config.copy())));
        OptionGroups.SOURCE_LIMITS.options().forEach(option -> flat.add(option.get(config.sourceLimits())));
        OptionGroups.APPLY.options().forEach(option -> flat.add(option.get(config.apply())));
        OptionGroups.CUTOVER.options().forEach(option -> flat.add(option.get(config.cutover())));
        TableFilter tables = config.tables();
        flat.addAll(List.of(tables.included(), tables.excluded(), tables.parts()));
        flat.addAll(
                List.of(config.name(), config.source().url(), config.target().url()));
        for (Endpoint endpoint : List.of(config.source(), config.target())) {
            Map<String, String> properties = endpoint.openProperties();
            properties.remove("user");
            flat.add(properties);
        }
        flat.addAll(List.of(config.source().user(), config.target().user()));
        flat.add(config.schema());
        return flat;
    }

    @Test
    void describesMigrationsThatWereBuiltInCode() {
        Migration one = Migration.builder()
                .name("one")
                .source(Endpoint.of("jdbc:postgresql://old:5433/a?sslmode=require")
                        .credentials("mover", "s3cret"))
                .target(Endpoint.of("jdbc:postgresql://new:5432/a?user=mover&password=s3cret"))
                .tables(TableFilter.only("public.*.log", "x.y").exclude("x.y*").rows("a.b.c", "true"))
                .copy(CopyOptions.builder().workers(8).indexMemory(3 << 20).build())
                .cutover(CutoverOptions.builder()
                        .maxWritePause(Duration.ofSeconds(90))
                        .build())
                .build();
        Migration two = Migration.builder()
                .name("two")
                .source(Endpoint.of("jdbc:postgresql://old:5433/b?sslmode=require")
                        .credentials("mover", "s3cret"))
                .target(Endpoint.of("jdbc:postgresql://new:5432/c?user=mover&password=s3cret"))
                .schema(SchemaPreparers.none())
                .copy(CopyOptions.builder().workers(8).build())
                .build();
        String json = TaskFile.of("both", one, two).toJson();
        assertThat(json).isEqualTo(BOTH);
        assertThat(flat(configs(TaskFile.parse(json, "again"), NOBODY).get(0))).isEqualTo(flat(one.config()));
        assertThat(flat(configs(TaskFile.parse(json, "again"), NOBODY).get(1))).isEqualTo(flat(two.config()));
    }

    private static List<MigrationConfig> configs(TaskFile task, Credentials credentials) {
        return task.migrations().credentials(credentials).builders().stream()
                .map(builder -> builder.build().config())
                .toList();
    }
}
