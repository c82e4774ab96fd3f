package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationGroupBuilderTest {

    private static Migration.Builder migration(String name) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of("jdbc:postgresql://old/" + name))
                .target(Endpoint.of("jdbc:postgresql://new/" + name));
    }

    @Test
    void namesEverythingThatIsMissingAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MigrationGroup.builder().build())
                .withMessage("MigrationGroup: name is missing; no migration was added");
    }

    @Test
    void namesWhatIsWrongWithTheGroupAndItsMembersAtOnce() {
        MigrationGroup.Builder builder = MigrationGroup.builder()
                .name("first")
                .name("not valid")
                .parallel(3)
                .parallel(0)
                .migration(migration("twice"))
                .migration(migration("twice").build())
                .migration(Migration.builder().name("incomplete"));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("name was set twice: first first, then not valid")
                .withMessageContaining("not 'not valid'")
                .withMessageContaining("parallel was set twice: first 3, then 0")
                .withMessageContaining("parallel must be 1 to 64, not 0")
                .withMessageContaining("two migrations have the name 'twice'")
                .withMessageContaining("Migration: source is missing; target is missing");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 65})
    void refusesANumberAtATimeOutOfRange(int parallel) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MigrationGroup.builder()
                        .name("all")
                        .parallel(parallel)
                        .migration(migration("one"))
                        .build())
                .withMessage("MigrationGroup: parallel must be 1 to 64, not " + parallel);
    }

    @Test
    void keepsTheOrderOfItsMembers() {
        MigrationGroup group = MigrationGroup.builder()
                .name("all")
                .parallel(64)
                .migration(migration("z"))
                .migration(migration("a").build())
                .build();
        assertThat(group.name()).isEqualTo("all");
        assertThat(group.names()).containsExactly("z", "a");
    }
}
