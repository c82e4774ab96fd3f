package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.result.MigrationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationBuilderTest {
    private static final Endpoint OLD = Endpoint.of("jdbc:postgresql://old/app").credentials("mover", "s3cret");
    private static final Endpoint NEW = Endpoint.of("jdbc:postgresql://new/app?password=s3cret");

    @Test
    void namesEverythingThatIsMissingAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Migration.builder().build())
                .withMessage("Migration: name is missing; source is missing; target is missing");
    }

    @Test
    void namesEverythingThatWasSetTwiceTogetherWithABadName() {
        Migration.Builder builder = Migration.builder()
                .name("first")
                .name("not valid")
                .source(OLD)
                .source(NEW)
                .tables(TableFilter.all())
                .tables(TableFilter.only("a.*"))
                .copy(CopyOptions.builder().build())
                .copy(CopyOptions.builder().build())
                .cutover(CutoverOptions.builder().build())
                .cutover(CutoverOptions.builder().build());
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("name was set twice: first first, then not valid")
                .withMessageContaining(
                        "source was set twice: first jdbc:postgresql://old/app, then" + " jdbc:postgresql://new/app;")
                .withMessageContaining("tables was set twice: first all tables, then only a.*")
                .withMessageContaining("copy was set twice")
                .withMessageContaining("cutover was set twice")
                .withMessageContaining("not 'not valid'")
                .withMessageContaining("target is missing")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-a",
                ".a",
                "a b",
                "a/b",
                "a\n",
                "ä",
                "a'b",
                "a123456789a123456789a123456789a123456789a123456789a123456789abcd"
            })
    void refusesNamesThatLogsThreadsAndSlotsCannotBear(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> complete(name).build())
                .withMessageContaining("name must be 1 to 63 letters, digits, dots, hyphens or underscores");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "7", "Orders-13_to.17", "a123456789a123456789a123456789a123456789a123456789a123456789abc"})
    void takesNamesOfThePermittedForm(String name) {
        assertThat(complete(name).build().name()).isEqualTo(name);
    }

    @Test
    void connectsToNothingBeforeItIsAsked() {
        Migration migration = complete("idle").build();
        assertThatThrownBy(migration::cleanUp)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("migration 'idle' could not be cleaned up");
    }

    @Test
    void namesEveryDurationOfACutoverThatIsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutoverOptions.builder()
                        .maxWritePause(Duration.ofMillis(99))
                        .fenceTimeout(Duration.ZERO)
                        .readyLag(Duration.ofMillis(-1))
                        .build())
                .withMessage("CutoverOptions: maxWritePause must be at least 100 ms and at most 365 days, not PT0.099S;"
                        + " fenceTimeout must be more than zero and at most 365 days, not PT0S;"
                        + " readyLag must be more than zero and at most 365 days, not PT-0.001S");
    }

    @Test
    void refusesDurationsThatNoClockCanAdd() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutoverOptions.builder()
                        .maxWritePause(endless)
                        .fenceTimeout(endless)
                        .readyLag(endless)
                        .build())
                .withMessageContaining("maxWritePause")
                .withMessageContaining("fenceTimeout")
                .withMessageContaining("readyLag");
    }

    @Test
    void takesTheSmallestDurationsOfACutover() {
        CutoverOptions options = CutoverOptions.builder()
                .maxWritePause(Duration.ofMillis(100))
                .fenceTimeout(Duration.ofNanos(1))
                .readyLag(Duration.ofNanos(1))
                .build();
        assertThat(options.maxWritePause()).isEqualTo(Duration.ofMillis(100));
        assertThat(options.fenceTimeout()).isEqualTo(Duration.ofNanos(1));
        assertThat(options.readyLag()).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void takesWhatVerificationACutoverRequires() {
        assertThat(CutoverOptions.builder().build().requireVerified()).isZero();
        CutoverOptions options = CutoverOptions.builder()
                .requireVerified(Duration.ofHours(1))
                .recheckChanges(1_000_000)
                .build();
        assertThat(options.requireVerified()).isEqualTo(Duration.ofHours(1));
        assertThat(options.recheckChanges()).isEqualTo(1_000_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutoverOptions.builder()
                        .requireVerified(Duration.ofMillis(-1))
                        .recheckChanges(1_000_001)
                        .build())
                .withMessageContaining("requireVerified must be zero or more and at most 365 days, not PT-0.001S")
                .withMessageContaining("recheckChanges must be 0 to 1,000,000, not 1000001");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 65})
    void refusesANumberOfWorkersOutOfRange(int workers) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CopyOptions.builder().workers(workers).build())
                .withMessage("CopyOptions.workers must be 1 to 64, not " + workers);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void takesANumberOfWorkersInRange(int workers) {
        assertThat(CopyOptions.builder().workers(workers).build().workers()).isEqualTo(workers);
        assertThat(CopyOptions.builder().build().workers()).isEqualTo(4);
    }

    @Test
    void needsTheNameOfADatabaseThatItIsToCreate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Migration.builder()
                        .name("made")
                        .source(Endpoint.of("jdbc:postgresql://old/app"))
                        .target(Endpoint.of("jdbc:postgresql://new/"))
                        .createTargetDatabase(false)
                        .createTargetDatabase(true)
                        .build())
                .withMessageContaining("createTargetDatabase was set twice: first false, then true")
                .withMessageContaining("createTargetDatabase needs the name of the database in the target's URL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Migration.builder()
                        .name("made")
                        .source(Endpoint.of("jdbc:postgresql://old/app"))
                        .target(Endpoint.of("jdbc:postgresql://new/" + "ä".repeat(32)))
                        .createTargetDatabase(true)
                        .build())
                .withMessageContaining("the target database's name has 64 bytes");
    }

    private static Migration.Builder complete(String name) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of("jdbc:postgresql://127.0.0.1:1/app"))
                .target(Endpoint.of("jdbc:postgresql://127.0.0.1:1/app"));
    }
}
