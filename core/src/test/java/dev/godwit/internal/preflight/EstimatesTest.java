package dev.godwit.internal.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What no server of a test can be made to answer: clocks that differ, versions of the future, hundreds of gigabytes. */
final class EstimatesTest {
    private static final long GB = 1L << 30;

    @Test
    @Provokes(FindingCode.CLOCKS)
    void findsClocksThatDifferByMoreThanTheAnswerTook() {
        assertThat(found(context -> ClocksCheck.look(context, 1.9, 0))).isEmpty();
        assertThat(found(context -> ClocksCheck.look(context, -6.5, 5))).isEmpty();
        assertThat(found(context -> ClocksCheck.look(context, 2.5, 0.1)))
                .singleElement()
                .returns("GW3011", Finding::code)
                .returns("the target's clock is 2.5 s ahead of the source's", Finding::observed);
        assertThat(found(context -> ClocksCheck.look(context, -3600, 0.1)))
                .singleElement()
                .returns("the target's clock is 3600.0 s behind the source's", Finding::observed);
    }

    @Test
    @Provokes({FindingCode.SOURCE_NEW_VERSION, FindingCode.TARGET_NEW_VERSION})
    void warnsOfVersionsThatAreNotKnownYet() {
        assertThat(found(context -> SourceNewVersionCheck.look(context, 18))).isEmpty();
        assertThat(found(context -> TargetNewVersionCheck.look(context, 18))).isEmpty();
        assertThat(found(context -> SourceNewVersionCheck.look(context, 19)))
                .singleElement()
                .returns("GW1012", Finding::code)
                .returns(Finding.Severity.WARNING, Finding::severity);
        assertThat(found(context -> TargetNewVersionCheck.look(context, 19)))
                .singleElement()
                .returns("GW1013", Finding::code);
    }

    @Test
    @Provokes(FindingCode.SOURCE_WAL_VOLUME)
    void saysHowMuchLogACopyWillRetain() {
        assertThat(found(context -> SourceWalVolumeCheck.look(context, 100 << 10, 100 * GB)))
                .isEmpty();
        assertThat(found(context -> SourceWalVolumeCheck.look(context, 5 << 20, 100 * GB)))
                .singleElement()
                .returns("GW1116", Finding::code)
                .satisfies(finding -> {
                    assertThat(finding.observed())
                            .contains("18 GB of log per hour")
                            .contains("copying 100 GB may take 85 min");
                    assertThat(finding.required()).isEqualTo("about 50 GB free where pg_wal is");
                });
    }

    @Test
    @Provokes(FindingCode.TARGET_SPACE)
    void saysHowMuchTheTargetHasToHold() {
        assertThat(found(context -> TargetSpaceCheck.look(context, 10 * GB))).isEmpty();
        assertThat(found(context -> TargetSpaceCheck.look(context, 300 * GB)))
                .singleElement()
                .returns("GW2008", Finding::code)
                .satisfies(finding -> assertThat(finding.observed()).contains("take 300 GB on the source"));
    }

    /** These checks look at nothing else of the context than the list. */
    @SuppressWarnings("NullAway")
    private static List<Finding> found(Consumer<CheckContext> check) {
        List<Finding> findings = new ArrayList<>();
        check.accept(new CheckContext(null, null, null, null, null, null, findings));
        return findings;
    }
}
