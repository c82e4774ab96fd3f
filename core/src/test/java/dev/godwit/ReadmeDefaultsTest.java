package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.docs.Readme;
import dev.godwit.result.VerificationMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's defaults and limits are those of the code; in this package because the options show them to nobody else. */
final class ReadmeDefaultsTest {
    private static final int DEFAULT = 2;
    private static final int LIMITS = 3;

    private final Readme readme = Readme.read();

    @Test
    void theCopysDefaultsAndLimitsAreTrue() {
        CopyOptions options = CopyOptions.builder().build();
        assertThat(copy("workers", DEFAULT)).isEqualTo(String.valueOf(options.workers()));
        assertThat(copy("workers", LIMITS)).isEqualTo("1 to 64");
        assertThat(copy("maxBytesPerSecond", DEFAULT)).isEqualTo(String.valueOf(options.maxBytesPerSecond()));
        assertThat(copy("maxBytesPerSecond", LIMITS)).isEqualTo("0 or more");
        assertThat(copy("splitBytes", DEFAULT)).isEqualTo(String.valueOf(options.splitBytes()));
        assertThat(copy("splitBytes", LIMITS)).isEqualTo("0, or 1 MiB or more");
        assertThat(copy("indexMemory", DEFAULT)).isEqualTo((options.indexMemoryBytes() >> 20) + " MiB");
        assertThat(copy("indexMemory", LIMITS)).isEqualTo("1 MiB to 1 TiB");
        assertThat(options.executor()).isEmpty();
        for (CopyOptions.Builder accepted : List.of(
                CopyOptions.builder()
                        .workers(1)
                        .maxBytesPerSecond(1)
                        .splitBytes(1 << 20)
                        .indexMemory(1 << 20),
                CopyOptions.builder().workers(64).indexMemory(1L << 40))) {
            assertThatCode(accepted::build).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> CopyOptions.builder()
                        .workers(0)
                        .maxBytesPerSecond(-1)
                        .splitBytes((1 << 20) - 1)
                        .indexMemory((1 << 20) - 1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("workers", "maxBytesPerSecond", "splitBytes", "indexMemory");
        assertThatThrownBy(() -> CopyOptions.builder()
                        .workers(65)
                        .indexMemory((1L << 40) + 1)
                        .build())
                .hasMessageContainingAll("workers", "indexMemory");
    }

    private String copy(String option, int column) {
        return readme.cell("### CopyOptions", option, column);
    }

    @Test
    void theSourcesLimitsHaveTheirDefaults() {
        SourceLimits limits = SourceLimits.builder().build();
        assertThat(readme.cell("### SourceLimits", "retainedWal", DEFAULT))
                .isEqualTo(String.valueOf(limits.retainedWalBytes()));
        assertThat(readme.cell("### SourceLimits", "xminAge", DEFAULT)).isEqualTo(String.valueOf(limits.xminAge()));
        assertThat(readme.cell("### SourceLimits", "policy", DEFAULT)).isEqualTo("`" + limits.policy() + "`");
        assertThatThrownBy(
                        () -> SourceLimits.builder().retainedWal(-1).xminAge(-1).build())
                .hasMessageContainingAll("retainedWal", "xminAge");
    }

    @Test
    void theVerificationsDefaultsAndLimitsAreTrue() {
        VerifyOptions options = VerifyOptions.builder().build();
        assertThat(verify("mode", DEFAULT)).isEqualTo("`" + options.mode() + "`");
        assertThat(verify("sample", DEFAULT)).isEqualTo(String.valueOf(options.sample()));
        assertThat(verify("workers", DEFAULT)).isEqualTo(String.valueOf(options.workers()));
        assertThat(verify("workers", LIMITS)).isEqualTo("1 to 64");
        assertThat(verify("chunkBytes", DEFAULT)).isEqualTo((options.chunkBytes() >> 20) + " MiB");
        assertThat(verify("maxDifferences", DEFAULT)).isEqualTo(String.valueOf(options.maxDifferences()));
        assertThat(verify("withValues", DEFAULT)).isEqualTo(String.valueOf(options.withValues()));
        assertThat(verify("schema", DEFAULT)).isEqualTo(String.valueOf(options.schema()));
        assertThat(verify("sequences", DEFAULT)).isEqualTo(String.valueOf(options.sequences()));
        assertThat(options.tables()).isEmpty();
        VerifyOptions.Builder least = VerifyOptions.builder()
                .sample(0.000_1)
                .workers(1)
                .chunkBytes(64 << 10)
                .maxDifferences(0);
        assertThatCode(least::build).doesNotThrowAnyException();
        assertThatCode(VerifyOptions.builder().workers(64).maxDifferences(100_000)::build)
                .doesNotThrowAnyException();
        assertThatThrownBy(VerifyOptions.builder()
                        .sample(0)
                        .workers(0)
                        .chunkBytes((64 << 10) - 1)
                        .maxDifferences(-1)::build)
                .hasMessageContainingAll("sample", "workers", "chunkBytes", "maxDifferences");
        assertThatThrownBy(VerifyOptions.builder().mode(VerificationMode.COUNTS).sample(0.5)::build)
                .hasMessageContainingAll("sample", "COUNTS");
        assertThatThrownBy(VerifyOptions.builder().sample(1.1).workers(65).maxDifferences(100_001)::build)
                .hasMessageContainingAll("sample", "workers", "maxDifferences");
    }

    private String verify(String option, int column) {
        return readme.cell("### VerifyOptions", option, column);
    }

    @Test
    void theApplysDefaultsAndLimitsAreTrue() {
        ApplyOptions options = ApplyOptions.builder().build();
        assertThat(apply("conflictPolicy", DEFAULT)).isEqualTo("`" + options.conflictPolicy() + "`");
        assertThat(apply("appliers", DEFAULT)).isEqualTo(String.valueOf(options.appliers()));
        assertThat(apply("appliers", LIMITS)).isEqualTo("1 to 16");
        assertThat(apply("batchRows", DEFAULT)).isEqualTo(String.valueOf(options.batchRows()));
        assertThat(apply("batchBytes", DEFAULT)).isEqualTo((options.batchBytes() >> 20) + " MiB");
        assertThat(apply("memoryBytes", DEFAULT)).isEqualTo((options.memoryBytes() >> 20) + " MiB");
        assertThat(apply("decodingMemoryBytes", DEFAULT)).isEqualTo((options.decodingMemoryBytes() >> 20) + " MiB");
        assertThat(apply("memoryBytes", LIMITS)).isEqualTo("1 MiB to 64 GiB");
        assertThat(apply("decodingMemoryBytes", LIMITS)).isEqualTo("0 to 1 TiB");
        assertThat(apply("giveUpAfter", DEFAULT)).isEqualTo(seconds(options.giveUpAfter()));
        assertThat(apply("schemaCheckInterval", DEFAULT)).isEqualTo(seconds(options.schemaCheckInterval()));
        assertThat(apply("schemaCheckInterval", LIMITS)).isEqualTo("100 ms to 1 day");
        assertThat(apply("batchRows", LIMITS)).isEqualTo("1 to 1,000,000");
        assertThat(apply("batchBytes", LIMITS)).isEqualTo("1 to 1 GiB");
        assertThat(apply("giveUpAfter", LIMITS)).isEqualTo("zero or more, at most 365 days");
        for (ApplyOptions.Builder accepted : List.of(
                ApplyOptions.builder()
                        .appliers(1)
                        .batchRows(1)
                        .batchBytes(1)
                        .memoryBytes(1L << 20)
                        .decodingMemoryBytes(0)
                        .giveUpAfter(Duration.ZERO)
                        .schemaCheckInterval(Duration.ofMillis(100)),
                ApplyOptions.builder()
                        .appliers(16)
                        .batchRows(1_000_000)
                        .batchBytes(1L << 30)
                        .memoryBytes(64L << 30)
                        .decodingMemoryBytes(1L << 40)
                        .giveUpAfter(Duration.ofDays(365))
                        .schemaCheckInterval(Duration.ofDays(1)))) {
            assertThatCode(accepted::build).doesNotThrowAnyException();
        }
        for (ApplyOptions.Builder refused : List.of(
                ApplyOptions.builder()
                        .appliers(0)
                        .batchRows(0)
                        .batchBytes(0)
                        .memoryBytes((1L << 20) - 1)
                        .decodingMemoryBytes(-1)
                        .giveUpAfter(Duration.ofNanos(-1))
                        .schemaCheckInterval(Duration.ofMillis(99)),
                ApplyOptions.builder()
                        .appliers(17)
                        .batchRows(1_000_001)
                        .batchBytes((1L << 30) + 1)
                        .memoryBytes((64L << 30) + 1)
                        .decodingMemoryBytes((1L << 40) + 1)
                        .giveUpAfter(Duration.ofDays(366))
                        .schemaCheckInterval(Duration.ofDays(2)))) {
            assertThatThrownBy(refused::build)
                    .hasMessageContainingAll(
                            "appliers",
                            "batchRows",
                            "batchBytes",
                            "memoryBytes",
                            "decodingMemoryBytes",
                            "giveUpAfter",
                            "schemaCheckInterval");
        }
    }

    private String apply(String option, int column) {
        return readme.cell("### ApplyOptions", option, column);
    }

    @Test
    void theCutoversDefaultsAreTrue() {
        CutoverOptions options = CutoverOptions.builder().build();
        assertThat(cutover("maxWritePause", DEFAULT)).isEqualTo(seconds(options.maxWritePause()));
        assertThat(cutover("fenceTimeout", DEFAULT)).isEqualTo(seconds(options.fenceTimeout()));
        assertThat(cutover("readyLag", DEFAULT)).isEqualTo(seconds(options.readyLag()));
        assertThat(options.requireVerified()).isZero();
        assertThat(cutover("requireVerified", DEFAULT)).isEqualTo("0: none is required");
        assertThat(cutover("recheckChanges", DEFAULT)).isEqualTo(options.recheckChanges() + ": none");
        assertThat(cutover("fence", DEFAULT)).isEqualTo("`WriteFences.lockTables()`");
        assertThat(options.fence().getClass().getSimpleName()).isEqualTo("LockTablesFence");
        assertThat(cutover("sequenceMargin", DEFAULT)).isEqualTo(String.valueOf(options.sequenceMargin()));
        assertThat(cutover("materializedViews", DEFAULT)).isEqualTo("`" + options.materializedViews() + "`");
        assertThat(cutover("trafficSwitch", DEFAULT)).startsWith("`TrafficSwitch.byHand()`");
    }

    @Test
    void theCutoversLimitsAreTrue() {
        assertThat(cutover("maxWritePause", LIMITS)).isEqualTo("at least 100 ms, at most 365 days");
        CutoverOptions.Builder least = CutoverOptions.builder()
                .maxWritePause(Duration.ofMillis(100))
                .fenceTimeout(Duration.ofNanos(1))
                .readyLag(Duration.ofNanos(1))
                .requireVerified(Duration.ZERO)
                .recheckChanges(1_000_000);
        assertThatCode(least::build).doesNotThrowAnyException();
        assertThat(cutover("fenceTimeout", LIMITS)).isEqualTo("more than zero, at most 365 days");
        assertThat(cutover("readyLag", LIMITS)).isEqualTo("more than zero, at most 365 days");
        assertThat(cutover("sequenceMargin", LIMITS)).isEqualTo("at least 0");
        assertThatCode(CutoverOptions.builder().sequenceMargin(Long.MAX_VALUE)::build)
                .doesNotThrowAnyException();
        assertThatThrownBy(CutoverOptions.builder().sequenceMargin(-1)::build).hasMessageContaining("sequenceMargin");
        assertThat(cutover("requireVerified", LIMITS)).isEqualTo("zero or more, at most 365 days");
        assertThat(cutover("recheckChanges", LIMITS)).isEqualTo("0 to 1,000,000");
        CutoverOptions.Builder tooLittle = CutoverOptions.builder()
                .maxWritePause(Duration.ofMillis(99))
                .fenceTimeout(Duration.ZERO)
                .readyLag(Duration.ZERO)
                .requireVerified(Duration.ofNanos(-1))
                .recheckChanges(-1);
        CutoverOptions.Builder tooMuch = CutoverOptions.builder()
                .maxWritePause(Duration.ofDays(366))
                .fenceTimeout(Duration.ofDays(366))
                .readyLag(Duration.ofDays(366))
                .requireVerified(Duration.ofDays(366))
                .recheckChanges(1_000_001);
        for (CutoverOptions.Builder refused : List.of(tooLittle, tooMuch)) {
            assertThatThrownBy(refused::build)
                    .hasMessageContainingAll(
                            "maxWritePause", "fenceTimeout", "readyLag", "requireVerified", "recheckChanges");
        }
    }

    @Test
    void whatIsRequiredIsMarkedSo() {
        for (String option : new String[] {"name", "source", "target"}) {
            assertThat(readme.cell("### Migration.Builder", option, DEFAULT)).isEqualTo("required");
            assertThatThrownBy(() -> Migration.builder().build()).hasMessageContaining(option + " is missing");
        }
    }

    private String cutover(String option, int column) {
        return readme.cell("### CutoverOptions", option, column);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
