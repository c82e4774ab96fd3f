package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.godwit.Credentials;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationGroup;
import org.junit.jupiter.api.Test;

/** Task files whose databases are migrated as one group. */
final class TaskGroupTest {
    private static final Credentials NOBODY = Credentials.of("nobody", "");

    @Test
    void makesAGroupOfAllMigrations() {
        TaskFile task = TaskFile.parse(GoodFiles.full(5432), "task.json");
        MigrationGroup group = task.migrations().credentials(NOBODY).group().build();
        assertThat(group.name()).isEqualTo(task.name());
        assertThat(group.names())
                .isEqualTo(task.databases().stream()
                        .map(TaskDatabase::migrationName)
                        .toList());
        // What is set already cannot be set again.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.migrations()
                        .credentials(NOBODY)
                        .group()
                        .parallel(1)
                        .build())
                .withMessageContaining("parallel was set twice: first " + task.parallel());
    }

    @Test
    void refusesToDescribeThatOnlySomeTargetsAreCreated() {
        Migration.Builder one = Migration.builder()
                .name("one")
                .source(Endpoint.of("jdbc:postgresql://old/a"))
                .target(Endpoint.of("jdbc:postgresql://new/a"));
        Migration.Builder two = Migration.builder()
                .name("two")
                .source(Endpoint.of("jdbc:postgresql://old/b"))
                .target(Endpoint.of("jdbc:postgresql://new/b"))
                .createTargetDatabase(true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskFile.of("task", one.build(), two.build()))
                .withMessageContaining("createTargetDatabase is set for some of the migrations");
    }
}
