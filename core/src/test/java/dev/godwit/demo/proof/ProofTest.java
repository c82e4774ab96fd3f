package dev.godwit.demo.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProofTest {

    private static final TableFingerprint FILMS = new TableFingerprint(2, BigDecimal.ONE, BigDecimal.TEN);

    private static TableFingerprint other(long rows, int low) {
        return new TableFingerprint(rows, BigDecimal.ONE, BigDecimal.valueOf(low));
    }

    @Test
    void holdsIfEveryAcknowledgedTokenIsThereOnce() {
        assertThat(Receipts.judge(List.of("a", "b"), Set.of(), Map.of("a", 1, "b", 1))
                        .holds())
                .isTrue();
    }

    @Test
    void acceptsATransactionInDoubtWhetherItArrivedOrNot() {
        assertThat(Receipts.judge(List.of("a"), Set.of("x", "y"), Map.of("a", 1, "x", 1)))
                .returns(true, Finding::holds)
                .returns("1 acknowledged, 0 missing, 0 twice; in doubt 2, of which 1 arrived", Finding::evidence);
    }

    @Test
    void seesATransactionThatIsMissingTwiceThereOrCommittedByNobody() {
        assertThat(Receipts.judge(List.of("a", "b"), Set.of(), Map.of("a", 1)).holds())
                .isFalse();
        assertThat(Receipts.judge(List.of("a"), Set.of(), Map.of("a", 2)).holds())
                .isFalse();
        assertThat(Receipts.judge(List.of("a"), Set.of("x"), Map.of("a", 1, "x", 2))
                        .holds())
                .isFalse();
        assertThat(Receipts.judge(List.of("a"), Set.of(), Map.of("a", 1, "rolled back", 1))
                        .holds())
                .isFalse();
    }

    @Test
    void provesNothingWithoutAnyTransaction() {
        assertThat(Receipts.judge(List.of(), Set.of(), Map.of()).holds()).isFalse();
        assertThat(Comparison.compare(Map.of(), Map.of()).holds()).isFalse();
    }

    @Test
    void seesADifferentCountADifferentSumAndATableOnOneSideOnly() {
        assertThat(Comparison.compare(Map.of("film", FILMS), Map.of("film", FILMS))
                        .holds())
                .isTrue();
        assertThat(Comparison.compare(Map.of("film", FILMS), Map.of("film", other(3, 10)))
                        .evidence())
                .isEqualTo("film differs, 2 and 3 rows");
        assertThat(Comparison.compare(Map.of("film", FILMS), Map.of("film", other(2, 11)))
                        .holds())
                .isFalse();
        assertThat(Comparison.compare(Map.of("film", FILMS), Map.of()).evidence())
                .isEqualTo("film is only on the source");
        assertThat(Comparison.compare(Map.of("film", FILMS), Map.of("film", FILMS, "old", FILMS))
                        .holds())
                .isFalse();
    }
}
