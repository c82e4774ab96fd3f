package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which of several appliers a change goes to. It depends on nothing but the change: a session that finds what some of the appliers
 * of an earlier one have committed must come to the same.
 *
 * @param appliers how many there are
 * @param keys the tables whose rows are spread over all of them, with the columns of their keys; any other goes to one as a whole
 */
record Routing(int appliers, Map<RelationName, List<String>> keys) {

    static final Routing SINGLE = new Routing(1, Map.of());

    /**
     * The way of one table's changes, in the shape that the source sends, under its name on the target. What is not spread goes by
     * the table's id, which it keeps when it is renamed.
     */
    TableRoute of(PgOutputMessage.Relation relation) {
        List<String> key = keys.get(new RelationName(relation.schema(), relation.name()));
        return new TableRoute(appliers, spread(relation.id()), key == null ? new int[0] : indexes(relation, key));
    }

    private static int[] indexes(PgOutputMessage.Relation relation, List<String> key) {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            if (key.contains(relation.columns().get(i).name())) {
                indexes.add(i);
            }
        }
        return indexes.stream().mapToInt(Integer::intValue).toArray();
    }

    private int spread(int hash) {
        return TableRoute.spread(hash, appliers);
    }
}
