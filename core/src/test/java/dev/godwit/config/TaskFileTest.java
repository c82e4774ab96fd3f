package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.CredentialsSources;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationConfig;
import dev.godwit.TablePattern;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.PgDumpOptions;
import dev.godwit.schema.SchemaCopyOptions;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TaskFileTest {
    private static final Credentials NOBODY = url -> {
        throw new AssertionError("asked for " + url);
    };

    @Test
    void readsWhatAUserOfAzureHas() {
        TaskFile task = TaskFile.parse(GoodFiles.azure(5433), "task.json");
        assertThat(task.source().serverName()).isEqualTo("127.0.0.1");
        assertThat(task.source().port()).isEqualTo(5433);
        assertThat(task.source().userName()).contains("postgres");
        assertThat(task.source().hasPassword()).isFalse();
        assertThat(task.target().userName()).contains("mover@target");
        assertThat(task.databases().stream().map(TaskDatabase::toString))
                .containsExactly("dvdrental -> dvdrental", "inventory -> inventory");
        assertThat(task.databases().get(0).selectedTables())
                .containsExactly(TablePattern.parse("public.actor"), TablePattern.parse("public.film_*"));
        assertThat(task.databases().stream().map(TaskDatabase::migrationName))
                .containsExactly("task-dvdrental", "task-inventory");
        assertThat(task.parallel()).isEqualTo(2);
        assertThat(task.createTargetDatabases()).isFalse();
        List<MigrationConfig> configs = configs(task, NOBODY);
        assertThat(configs.get(0).source()).hasToString("jdbc:postgresql://127.0.0.1:5433/dvdrental");
        assertThat(configs.get(1).target()).hasToString("jdbc:postgresql://localhost:5433/inventory");
        assertThat(configs.get(0).tables().test(new TableName("public", "film_actor")))
                .isTrue();
        assertThat(configs.get(0).tables().test(new TableName("public", "film")))
                .isFalse();
        assertThat(configs.get(1).tables().test(new TableName("any", "table"))).isTrue();
    }

    @Test
    void readsItsThreeParts(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(
                directory.resolve("source.json"), "{\"userName\": \"a\", \"password\": null, \"serverName\": \"old\"}");
        Path target = Files.writeString(
                directory.resolve("target.json"),
                "{\"userName\": \"b\", \"serverName\": \"new\", \"port\": null} // target");
        Path databases = Files.writeString(directory.resolve("databases.json"), "[{\"name\": \"dvdrental\"}]\n");
        TaskFile task = TaskFile.readParts(source, target, databases);
        assertThat(task)
                .isEqualTo(TaskFile.parse("""
                        {"source": {"userName": "a", "serverName": "old"},
                         "target": {"userName": "b", "serverName": "new"},
                         "databases": [{"name": "dvdrental"}]}
                        """, "task.json"))
                .hasSameHashCodeAs(TaskFile.readParts(source, target, databases));
        assertThat(task).hasToString("task 'task' from old:5432 to new:5432: [dvdrental -> dvdrental]");
    }

    @Test
    void takesTheConnectionsDatabasesWhereThereIsNoList() {
        TaskFile task = TaskFile.parse("""
                {"source": {"serverName": "old", "databaseName": "a"}, "target": {"serverName": "new"},
                 "godwit": {"name": "a-to-17"}}
                """, "task.json");
        assertThat(task.databases()).hasSize(1).first().hasToString("a -> postgres");
        assertThat(task.databases().get(0).migrationName()).isEqualTo("a-to-17");
        assertThat(TaskFile.parse(GoodFiles.small(1), "t").databases().get(0).migrationName())
                .isEqualTo("task");
    }

    @Test
    void givesTheWayBackToTheBuilders() {
        TaskFile task = TaskFile.parse(
                GoodFiles.small(5432).replaceFirst("\\}\\s*$", ", \"godwit\": {\"reverse\": true}}"), "task.json");
        assertThat(task.reverse()).isTrue();
        assertThat(configs(task, NOBODY)).allMatch(MigrationConfig::reverse);
        assertThat(TaskFile.parse(task.toJson(), "again")).isEqualTo(task);
    }

    @Test
    void givesEveryOptionToTheBuilders() {
        TaskFile task = TaskFile.parse(GoodFiles.full(5432), "task.json");
        assertThat(task.parallel()).isEqualTo(3);
        assertThat(task.createTargetDatabases()).isTrue();
        assertThat(task.reverse()).isFalse();
        List<MigrationConfig> configs = configs(task, NOBODY);
        MigrationConfig orders = configs.get(0);
        MigrationConfig odd = configs.get(1);
        assertThat(orders.name()).isEqualTo("orders-13-to-17");
        assertThat(orders.copy().workers()).isEqualTo(2);
        assertThat(odd.copy().workers()).isEqualTo(8);
        assertThat(orders.copy().maxBytesPerSecond()).isEqualTo(50L << 20);
        assertThat(orders.copy().splitBytes()).isEqualTo(64L << 20);
        assertThat(orders.copy().indexMemoryBytes()).isEqualTo(1L << 30);
        assertThat(orders.sourceLimits().retainedWalBytes()).isEqualTo(20L << 30);
        assertThat(orders.sourceLimits().xminAge()).isEqualTo(100_000_000);
        assertThat(orders.sourceLimits().policy()).hasToString("ABORT");
        assertThat(orders.apply().conflictPolicy()).hasToString("RECORD");
        assertThat(orders.apply().appliers()).isEqualTo(4);
        assertThat(orders.apply().batchRows()).isEqualTo(5000);
        assertThat(orders.apply().batchBytes()).isEqualTo(16L << 20);
        assertThat(orders.apply().memoryBytes()).isEqualTo(96L << 20);
        assertThat(orders.apply().decodingMemoryBytes()).isZero();
        assertThat(orders.apply().giveUpAfter()).isEqualTo(Duration.ofHours(2));
        assertThat(orders.apply().schemaCheckInterval()).isEqualTo(Duration.ofMillis(1500));
        assertThat(orders.cutover().maxWritePause()).isEqualTo(Duration.ofMillis(800));
        assertThat(orders.cutover().fenceTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(orders.cutover().readyLag()).isEqualTo(Duration.ofNanos(1));
        assertThat(orders.cutover().sequenceMargin()).isEqualTo(1000);
        assertThat(orders.cutover().materializedViews()).hasToString("INSIDE_PAUSE");
        assertThat(orders.schema()).isEqualTo(SchemaPreparers.none());
        assertThat(odd.schema()).isEqualTo(SchemaPreparers.fromCatalog());
        assertThat(orders.tables().included())
                .containsExactly(TablePattern.parse("public.*"), TablePattern.of(new TableName("audit", "a.b")));
        assertThat(orders.tables().excluded())
                .containsExactly(TablePattern.parse("*.scratch"), TablePattern.parse("public.tmp_*"));
        assertThat(odd.tables().excluded()).containsExactly(TablePattern.parse("*.scratch"));
        assertThat(orders.tables().parts())
                .containsEntry("public.orders", new TableRows(List.of(), "tenant <= 500"))
                .containsEntry("public.person", new TableRows(List.of("id", "name"), null));
        assertThat(orders.target().openProperties()).containsEntry("sslmode", "verify-full");
    }

    @Test
    void preparesTheSchemaInEveryWay() {
        List<SchemaPreparer> preparers = configs(TaskFile.parse(GoodFiles.prepared(5432), "task.json"), NOBODY).stream()
                .map(MigrationConfig::schema)
                .toList();
        assertThat(preparers)
                .containsExactly(
                        SchemaPreparers.fromCatalog(SchemaCopyOptions.builder()
                                .owners(true)
                                .privileges(true)
                                .securityLabels(true)
                                .tablespaces(true)
                                .userMappingSecrets(true)
                                .build()),
                        SchemaPreparers.pgDump(PgDumpOptions.builder()
                                .program(Path.of("/usr/lib/postgresql/17/bin"))
                                .owners(true)
                                .privileges(true)
                                .timeout(Duration.ofHours(1))
                                .lockTimeout(Duration.ofSeconds(5))
                                .environment("PGSSLKEY", "/k.pem")
                                .environment("PGOPTIONS", "")
                                .build()),
                        SchemaPreparers.scripts(
                                List.of(Path.of("sql/types.sql"), Path.of("/sql/tables.sql")),
                                List.of(Path.of("indexes.sql"))),
                        SchemaPreparers.alreadyPrepared(),
                        SchemaPreparers.none(),
                        SchemaPreparers.pgDump(),
                        SchemaPreparers.fromCatalog(
                                SchemaCopyOptions.builder().owners(true).build()));
    }

    @Test
    void letsCodeAddWhatAFileCannotHold() {
        ForkJoinPool executor = ForkJoinPool.commonPool();
        List<String> switched = new ArrayList<>();
        Migration migration = TaskFile.parse(GoodFiles.full(5432), "task.json")
                .migrations()
                .copy(options -> options.executor(executor))
                .cutover(options -> options.trafficSwitch(context -> switched.add("now")))
                .source(endpoint -> endpoint.property("sslpassword", "s3cret"))
                .target(endpoint -> endpoint.property("loginTimeout", "7"))
                .builders()
                .get(0)
                .listener(event -> {})
                .build();
        assertThat(migration.config().copy().executor()).contains(executor);
        assertThat(migration.config().copy().workers()).isEqualTo(2);
        assertThat(migration.config().listeners()).hasSize(1);
        assertThat(migration.config().target().openProperties()).containsEntry("loginTimeout", "7");
        assertThat(migration.config().source().openProperties()).doesNotContainKey("sslpassword");
    }

    @Test
    void refusesInTheBuilderWhatTheFileHasSetAlready() {
        Migration.Builder builder = TaskFile.parse(GoodFiles.small(5432), "task.json")
                .migrations()
                .builders()
                .get(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.copy(CopyOptions.builder().build()).name("x").build())
                .withMessageContaining("copy was set twice")
                .withMessageContaining("name was set twice");
    }

    @Test
    void asksForWhatTheFileDoesNotHold() throws Exception {
        TaskFile task = TaskFile.parse("""
                {"source": {"serverName": "old", "userName": "mover", "password": "s3cret"},
                 "target": {"serverName": "new", "userName": "mover"}, "databases": [{"name": "a"}]}
                """, "task.json");
        assertThat(task.source().hasPassword()).isTrue();
        assertThat(task.toString() + task.source() + task.databases() + task.toJson())
                .doesNotContain("s3cret");
        Credentials others = Credentials.of("mover", "asked");
        NamedRole target = new NamedRole("mover", others);
        assertThat(target.lookup("jdbc:postgresql://new/a").password()).isEqualTo("asked");
        assertThatThrownBy(() -> new NamedRole("clerk", others).lookup("jdbc:postgresql://new/a"))
                .hasMessageContaining("'mover'")
                .hasMessageContaining("'clerk'")
                .hasMessageNotContaining("asked");
        assertThat(configs(task, NOBODY).get(0).target().user()).contains("mover");
        assertThat(configs(task, NOBODY).get(0).source().user()).contains("mover");
    }

    @Test
    void sendsCredentialsToOtherProcessesOnlyIfTheyHoldNoSecret() throws IOException {
        TaskFile task = TaskFile.parse(
                "{\"source\": {\"serverName\": \"old\", \"userName\": \"u\"}, \"target\": {\"serverName\": \"new\"}}",
                "t");
        Endpoint fit = task.source().endpoint("a", CredentialsSources.environment("PASSWORD"));
        serialise(fit);
        Endpoint unfit = task.source().endpoint("a", Credentials.of("u", "s3cret"));
        assertThatThrownBy(() -> serialise(unfit))
                .isInstanceOf(NotSerializableException.class)
                .hasMessageContaining("role 'u'")
                .hasMessageNotContaining("s3cret");
    }

    private static void serialise(Object object) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            out.writeObject(object);
        }
    }

    @Test
    void leadsToOddlyNamedServersAndDatabases() {
        TaskFile odd = TaskFile.parse(GoodFiles.all(5433).get(3), "task.json");
        MigrationConfig config = configs(odd, NOBODY).get(0);
        assertThat(config.source().url()).isEqualTo("jdbc:postgresql://[::1]:5433/a+b");
        assertThat(config.name()).matches("task-a_b-[0-9a-f]{8}");
        TaskFile again = TaskFile.of("task", migration(odd, 0));
        assertThat(again.databases().get(0).name()).isEqualTo("a b");
        assertThat(again.databases().get(0).targetDatabaseName()).isEqualTo("ä/ö?x=1&y");
        assertThat(again.source().serverName()).isEqualTo("[::1]");
    }

    @Test
    void givesDatabasesMigrationsOfDistinctNames() {
        assertThat(MigrationNames.of("task", "orders")).isEqualTo("task-orders");
        assertThat(List.of(
                        MigrationNames.of("task", "a b"),
                        MigrationNames.of("task", "a_b"),
                        MigrationNames.of("task", "a?b"),
                        MigrationNames.of("task", "ä".repeat(31)),
                        MigrationNames.of("t".repeat(63), "a"),
                        MigrationNames.of("t".repeat(63), "b")))
                .doesNotHaveDuplicates()
                .allMatch(MigrationNames::isName);
    }

    private static Migration migration(TaskFile task, int index) {
        return task.migrations().builders().get(index).build();
    }

    private static List<MigrationConfig> configs(TaskFile task, Credentials credentials) {
        return task.migrations().credentials(credentials).builders().stream()
                .map(builder -> builder.build().config())
                .toList();
    }
}
