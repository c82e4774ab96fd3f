package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.RelationName;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChangeTallyTest {

    private static final RelationName A = new RelationName("public", "a");
    private static final RelationName B = new RelationName("public", "b");

    private final ChangeTally tally = new ChangeTally();

    @Test
    void countsEachKindOfEachTable() {
        tally.add(A, ChangeTally.Kind.INSERT);
        tally.add(B, ChangeTally.Kind.UPDATE);
        tally.add(new RelationName("public", "a"), ChangeTally.Kind.INSERT);
        tally.add(A, ChangeTally.Kind.DELETE);
        tally.add(B, ChangeTally.Kind.TRUNCATE);
        assertThat(tally.counts())
                .isEqualTo(Map.of(A, new ChangeCounts(2, 0, 1, 0, 0), B, new ChangeCounts(0, 1, 0, 1, 0)));
    }

    @Test
    void aConflictIsNoChange() {
        tally.add(A, ChangeTally.Kind.UPDATE);
        tally.add(A, ChangeTally.Kind.UPDATE);
        ChangeTally recorded = new ChangeTally();
        recorded.addConflict(A, ChangeTally.Kind.UPDATE);
        tally.addAll(recorded);
        assertThat(tally.counts()).isEqualTo(Map.of(A, new ChangeCounts(0, 1, 0, 0, 1)));
        assertThat(tally.counts().values())
                .singleElement()
                .extracting(ChangeCounts::rows)
                .isEqualTo(1L);
    }
}
