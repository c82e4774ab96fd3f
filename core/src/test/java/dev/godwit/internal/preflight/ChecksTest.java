package dev.godwit.internal.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.result.FindingCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of checks and that of codes say the same. */
final class ChecksTest {
    /** What is reported where no check can run, and what only a group can see. */
    private static final Set<FindingCode> OF_NO_CHECK = EnumSet.of(
            FindingCode.SOURCE_CONNECTION,
            FindingCode.TARGET_CONNECTION,
            FindingCode.PREFLIGHT,
            FindingCode.CHECK_SKIPPED,
            FindingCode.SCHEMA_PREPARER,
            FindingCode.GROUP_SAME_SOURCE,
            FindingCode.GROUP_SAME_TARGET,
            FindingCode.GROUP_REPLICATION_SLOTS,
            FindingCode.GROUP_WALSENDERS,
            FindingCode.GROUP_CONNECTIONS);

    @Test
    void eachCodeHasItsFormAndIsGivenOnce() {
        assertThat(Stream.of(FindingCode.values()).map(FindingCode::code))
                .allMatch(code -> code.matches("GW(1[0-5]|2[0-2]|[34]0|41)\\d\\d"))
                .doesNotHaveDuplicates();
    }

    @Test
    void eachCodeIsReportedByOneCheck() {
        List<FindingCode> reported = new ArrayList<>(OF_NO_CHECK);
        Preflight.CHECKS.forEach(check -> reported.addAll(check.codes()));
        assertThat(reported).containsExactlyInAnyOrder(FindingCode.values());
    }

    @Test
    void eachCheckIsAClassOfItsOwnWithATitle() {
        assertThat(Preflight.CHECKS).extracting(Check::getClass).doesNotHaveDuplicates();
        assertThat(Preflight.CHECKS).extracting(Check::title).doesNotHaveDuplicates();
        assertThat(new WalLevelCheck().title()).isEqualTo("wal level");
    }

    @Test
    void aFailureOfACheckBlocksIfWhatItLooksForBlocks() {
        assertThat(new WalLevelCheck().isRequired()).isTrue();
        assertThat(new SourceArchiverCheck().isRequired()).isFalse();
    }
}
