package dev.godwit.replication.apply;

import static dev.godwit.replication.apply.Changes.NULL;
import static dev.godwit.replication.apply.Changes.UNCHANGED;
import static dev.godwit.replication.apply.Changes.delete;
import static dev.godwit.replication.apply.Changes.insert;
import static dev.godwit.replication.apply.Changes.update;
import static dev.godwit.replication.apply.Changes.updateKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.TupleData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetEffectTest {

    private final NetEffect effect = new NetEffect(Changes.mapping());

    private void add(PgOutputMessage... changes) throws Exception {
        for (PgOutputMessage change : changes) {
            assertThat(effect.add(change)).isTrue();
        }
    }

    @Test
    void anInsertThatIsUpdatedIsInsertedOnceAsItIsInTheEnd() throws Exception {
        add(insert("1", "x", "large"), update("1", "y", UNCHANGED));
        assertThat(rows(effect.plan().inserts())).containsExactly(List.of("1", "y", "large"));
        assertThat(effect.plan().updates()).isEmpty();
    }

    @Test
    void updatesOfARowBecomeOneThatKeepsTheLatestOfEachColumn() throws Exception {
        add(update("1", "x", "large"), update("1", "y", UNCHANGED), update("1", UNCHANGED, UNCHANGED));
        assertThat(rows(effect.plan().updates())).containsExactly(List.of("1", "y", "large"));
    }

    @Test
    void aRowThatIsDeletedAndInsertedAgainIsBoth() throws Exception {
        add(delete("1"), insert("1", "x", NULL), update("1", "y", NULL));
        assertThat(effect.plan().deletes()).hasSize(1);
        assertThat(rows(effect.plan().inserts()).get(0)).containsExactly("1", "y", NULL);
    }

    @Test
    void aRowThatIsInsertedAndDeletedMustNotHaveBeenThere() throws Exception {
        add(insert("1", "x", "y"), delete("1"));
        assertThat(effect.plan().absent()).hasSize(1);
        assertThat(effect.plan().deletes()).isEmpty();
    }

    @Test
    void swappedKeysAreDeletedBeforeTheyAreInserted() throws Exception {
        add(updateKey("1", "tmp", "a", "a"), updateKey("2", "1", "b", "b"), updateKey("tmp", "2", "a", "a"));
        assertThat(effect.plan().deletes()).hasSize(2);
        assertThat(rows(effect.plan().inserts()))
                .containsExactlyInAnyOrder(List.of("1", "b", "b"), List.of("2", "a", "a"));
        assertThat(effect.plan().absent()).hasSize(1);
    }

    @Test
    void aChangeOfTheKeyIsAnInsertIfTheWholeRowIsKnown() throws Exception {
        add(update("1", "x", "large"), updateKey("1", "2", "x", UNCHANGED));
        assertThat(effect.plan().moves()).isEmpty();
        assertThat(rows(effect.plan().inserts())).containsExactly(List.of("2", "x", "large"));
    }

    @Test
    void aChangeOfTheKeyMovesTheRowIfNotAllOfItIsKnown() throws Exception {
        add(delete("1"), updateKey("2", "3", "x", UNCHANGED), update("4", "x", UNCHANGED));
        assertThat(effect.plan().moves()).hasSize(1);
        assertThat(effect.plan().inserts()).isEmpty();
    }

    @Test
    void nothingElseConcernsTheKeysOfARowThatMoves() throws Exception {
        add(delete("1"), update("2", "x", UNCHANGED), updateKey("3", "4", "x", UNCHANGED));
        for (PgOutputMessage change : List.of(
                updateKey("5", "1", "x", UNCHANGED),
                updateKey("2", "5", "x", UNCHANGED),
                insert("3", "x", "y"),
                delete("4"),
                update("4", "x", "y"),
                updateKey("4", "5", "x", "y"),
                updateKey("5", "3", "x", "y"))) {
            assertThat(effect.add(change)).isFalse();
        }
        assertThat(effect.plan().deletes()).hasSize(1);
        assertThat(effect.plan().updates()).hasSize(1);
        assertThat(effect.plan().moves()).hasSize(1);
        assertThat(effect.plan().inserts()).isEmpty();
    }

    @Test
    void aChangeOfTheKeyMovesTheRowWhereTheTargetHasMoreColumns() throws Exception {
        NetEffect more = new NetEffect(Changes.mapping("more"));
        assertThat(more.add(updateKey("1", "2", "x", "y"))).isTrue();
        assertThat(more.add(insert("3", "x", "y"))).isTrue();
        assertThat(more.plan().moves()).hasSize(1);
    }

    @Test
    void whatCannotBeIsAContradiction() throws Exception {
        add(insert("1", "x", "y"), delete("2"));
        for (PgOutputMessage change :
                List.of(insert("1", "x", "y"), delete("2"), update("2", "x", "y"), updateKey("2", "3", "x", "y"))) {
            assertThatThrownBy(() -> effect.add(change)).isInstanceOf(NetEffect.ContradictionException.class);
        }
    }

    /** Whatever is done to a few rows, the plan leaves what the changes one by one leave. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void comesToTheSameAsTheChangesOneByOne(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            Map<String, List<String>> before = new TreeMap<>();
            for (int i = 0; i < 4; i++) {
                before.put("k" + i, List.of("k" + i, "a" + i, "b" + i));
            }
            Map<String, List<String>> expected = new TreeMap<>(before);
            Map<String, List<String>> rows = before;
            NetEffect net = new NetEffect(Changes.mapping());
            for (int i = 0; i < 12; i++) {
                PgOutputMessage change = change(random, expected);
                if (!net.add(change)) {
                    rows = applied(rows, net.plan());
                    net = new NetEffect(Changes.mapping());
                    assertThat(net.add(change)).isTrue();
                }
            }
            assertThat(applied(rows, net.plan()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
        }
    }

    private static PgOutputMessage change(Random random, Map<String, List<String>> rows) {
        String key = "k" + random.nextInt(6);
        String other = "k" + random.nextInt(6);
        String value = "v" + random.nextInt(1000);
        List<String> row = rows.get(key);
        if (row == null) {
            rows.put(key, List.of(key, value, value));
            return insert(key, value, value);
        } else if (random.nextInt(3) == 0) {
            rows.remove(key);
            return delete(key);
        } else if (!rows.containsKey(other) && random.nextBoolean()) {
            rows.remove(key);
            rows.put(other, List.of(other, value, row.get(2)));
            return updateKey(key, other, value, random.nextInt(3) == 0 ? row.get(2) : UNCHANGED);
        } else {
            rows.put(key, List.of(key, value, row.get(2)));
            return update(key, value, random.nextBoolean() ? UNCHANGED : row.get(2));
        }
    }

    /** Does what the plan says, and is as strict as a server with a unique key. */
    private static Map<String, List<String>> applied(Map<String, List<String>> before, NetEffect.Plan plan)
            throws Exception {
        Map<String, List<String>> rows = new TreeMap<>(before);
        for (TupleData row : plan.deletes()) {
            assertThat(rows.remove(row.text(0))).isNotNull();
        }
        for (PgOutputMessage.Update move : plan.moves()) {
            TupleData from = Objects.requireNonNull(move.oldKey());
            List<String> old = rows.remove(from.text(0));
            assertThat(old).isNotNull();
            assertThat(rows.put(move.row().text(0), completed(move.row(), old))).isNull();
        }
        for (TupleData row : plan.absent()) {
            assertThat(rows).doesNotContainKey(row.text(0));
        }
        for (TupleData row : plan.updates()) {
            List<String> old = rows.get(row.text(0));
            assertThat(old).isNotNull();
            rows.put(row.text(0), completed(row, old));
        }
        for (TupleData row : plan.inserts()) {
            assertThat(rows.put(row.text(0), Changes.values(row))).isNull();
        }
        return rows;
    }

    private static List<String> completed(TupleData row, List<String> old) throws Exception {
        List<String> updated = new ArrayList<>(Changes.values(row));
        for (int i = 0; i < updated.size(); i++) {
            if (updated.get(i).equals(UNCHANGED)) {
                updated.set(i, old.get(i));
            }
        }
        return updated;
    }

    private static List<List<String>> rows(List<TupleData> tuples) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (TupleData tuple : tuples) {
            rows.add(Changes.values(tuple));
        }
        return rows;
    }
}
