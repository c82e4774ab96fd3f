package dev.godwit.replication.apply;

import static dev.godwit.replication.apply.Changes.UNCHANGED;
import static dev.godwit.replication.apply.Changes.delete;
import static dev.godwit.replication.apply.Changes.insert;
import static dev.godwit.replication.apply.Changes.update;
import static dev.godwit.replication.apply.Changes.updateKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TableRouteTest {

    private static final int APPLIERS = 4;

    private final TableRoute route = new TableRoute(APPLIERS, 2, new int[] {0});

    @Test
    void allChangesOfARowGoToTheSame() throws Exception {
        for (int i = 0; i < 100; i++) {
            String key = "k" + i;
            int applier = route.of(insert(key, "x", "y"));
            assertThat(applier).isBetween(0, APPLIERS - 1);
            assertThat(route.of(update(key, "z", UNCHANGED))).isEqualTo(applier);
            assertThat(route.of(delete(key))).isEqualTo(applier);
        }
    }

    /** Positions are stored for appliers by number: the next version of this program must come to the same numbers. */
    @Test
    void theWayOfARowNeverChanges() throws Exception {
        List<Integer> ways = IntStream.range(0, 12)
                .mapToObj(i -> TableRoute.spread(i * 1_000_003, APPLIERS))
                .toList();
        assertThat(ways).containsExactly(0, 1, 2, 1, 2, 1, 1, 1, 0, 1, 3, 1);
        assertThat(route.of(insert("k1", "x", "y"))).isEqualTo(1);
    }

    @Test
    void rowsAreSpreadEvenly() throws Exception {
        int[] rows = new int[APPLIERS];
        for (int i = 0; i < 1000; i++) {
            rows[route.of(insert(Integer.toString(i), "x", "y"))]++;
        }
        for (int count : rows) {
            assertThat(count).isBetween(200, 300);
        }
    }

    @Test
    void aKeyThatMovesToAnotherApplierIsADeleteAndAnInsertIfTheRowIsKnown() throws Exception {
        String from = "k0";
        String to = IntStream.range(1, 100)
                .mapToObj(i -> "k" + i)
                .filter(key -> of(key) != of(from))
                .findFirst()
                .orElseThrow();
        PgOutputMessage.Update move = (PgOutputMessage.Update) updateKey(from, to, "x", "y");
        assertThat(route.of(move)).isEqualTo(TableRoute.NONE);
        assertThat(route.canPart(move)).isTrue();
        assertThat(route.of(TableRoute.removed(move))).isEqualTo(of(from));
        assertThat(route.of(TableRoute.added(move))).isEqualTo(of(to));
        assertThat(route.canPart((PgOutputMessage.Update) updateKey(from, to, "x", UNCHANGED)))
                .isFalse();
    }

    private int of(String key) {
        return route.of(insert(key, "x", "y"));
    }

    @Test
    void aTableThatIsRenamedStaysAtHome() {
        Routing routing = new Routing(APPLIERS, Map.of());
        Set<Integer> homes = new HashSet<>();
        for (int id = 16_384; id < 16_484; id++) {
            int home = routing.of(new PgOutputMessage.Relation(id, "s", "t", ReplicaIdentity.DEFAULT, List.of()))
                    .home();
            assertThat(routing.of(new PgOutputMessage.Relation(id, "other", "u" + id, ReplicaIdentity.FULL, List.of()))
                            .home())
                    .isEqualTo(home);
            homes.add(home);
        }
        assertThat(homes).hasSize(APPLIERS);
    }

    @Test
    void aTableThatIsNotSpreadStaysAtHome() throws Exception {
        assertThat(new TableRoute(APPLIERS, 2, new int[0]).of(insert("k", "x", "y")))
                .isEqualTo(2);
        assertThat(new TableRoute(1, 0, new int[] {0}).isSplit()).isFalse();
    }
}
