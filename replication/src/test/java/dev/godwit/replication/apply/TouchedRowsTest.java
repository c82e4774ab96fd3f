package dev.godwit.replication.apply;

import static dev.godwit.replication.apply.Changes.NULL;
import static dev.godwit.replication.apply.Changes.UNCHANGED;
import static dev.godwit.replication.apply.Changes.delete;
import static dev.godwit.replication.apply.Changes.insert;
import static dev.godwit.replication.apply.Changes.update;
import static dev.godwit.replication.apply.Changes.updateKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TouchedRowsTest {
    private static final RelationName TABLE = new RelationName("public", "t");
    private static final RelationName OTHER = new RelationName("public", "other");

    private final ChangeTracker tracker = new ChangeTracker();

    private TouchedRows watched(int mostRows, String... key) {
        TouchedRows rows = new TouchedRows(Map.of(TABLE, List.of(key)), mostRows);
        tracker.tell(rows);
        return rows;
    }

    private void changed(PgOutputMessage... changes) {
        for (PgOutputMessage change : changes) {
            tracker.changed(TABLE, Changes.relation(), change);
        }
    }

    @Test
    void knowsOldAndNewKeysOnce() {
        TouchedRows rows = watched(10, "id");
        changed(insert("1", "x", "y"), update("1", UNCHANGED, "z"), delete("2"), updateKey("3", "4", "x", NULL));
        assertThat(rows.whyUnknown()).isEmpty();
        assertThat(rows.count()).isEqualTo(4);
        assertThat(rows.rows().get(TABLE))
                .containsExactlyInAnyOrder(List.of("1"), List.of("2"), List.of("3"), List.of("4"));
    }

    @Test
    void knowsKeysOfSeveralColumnsInTheirOrder() {
        TouchedRows rows = watched(10, "b", "id");
        changed(insert("1", "x", "y"));
        assertThat(rows.rows().get(TABLE)).containsExactly(List.of("y", "1"));
    }

    @Test
    void isToldFromWhenItWantsToKnowUntilItNoLongerDoes() {
        changed(insert("1", "x", "y"));
        TouchedRows rows = watched(10, "id");
        TouchedRows others = watched(10, "id");
        changed(insert("2", "x", "y"));
        tracker.tellNoMore(rows);
        changed(insert("3", "x", "y"));
        assertThat(rows.rows().get(TABLE)).containsExactly(List.of("2"));
        assertThat(others.count()).isEqualTo(2);
    }

    @Test
    void forgetsAllBeyondTheBoundAndSaysSo() {
        TouchedRows rows = watched(2, "id");
        changed(insert("1", "x", "y"), insert("2", "x", "y"), insert("2", "x", "z"));
        assertThat(rows.whyUnknown()).isEmpty();
        changed(delete("secret"));
        assertThat(rows.whyUnknown()).hasValue("more than 2 rows were changed");
        assertThat(rows.rows()).isEmpty();
        changed(delete("4"));
        assertThat(rows.count()).isZero();
        assertThat(rows.toString()).doesNotContain("secret");
    }

    @Test
    void saysWhatDoesNotTellItsRows() {
        TouchedRows truncated = watched(10, "id");
        tracker.truncated(TABLE);
        assertThat(truncated.whyUnknown()).hasValue("table public.t was truncated");
        TouchedRows keyless = watched(10);
        TouchedRows renamed = watched(10, "id", "gone");
        TouchedRows unsent = watched(10, "a");
        TouchedRows unknown = watched(10, "id");
        changed(update("1", UNCHANGED, "z"));
        assertThat(keyless.whyUnknown())
                .hasValueSatisfying(why -> assertThat(why).contains("public.t", "no key"));
        assertThat(renamed.whyUnknown()).isPresent();
        assertThat(unsent.whyUnknown()).hasValue("a change of table public.t does not tell its key");
        assertThat(unknown.whyUnknown()).isEmpty();
        tracker.changed(OTHER, Changes.relation(), insert("1", "x", "y"));
        assertThat(unknown.whyUnknown()).isPresent();
    }
}
