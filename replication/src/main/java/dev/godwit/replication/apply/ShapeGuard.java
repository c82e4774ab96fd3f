package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the shapes in which the source sends its tables with those that are known. An unknown one must fit the target: then it
 * becomes the known one, in the transaction that applies the first change in it.
 */
final class ShapeGuard {

    private final SubscriberOptions options;
    private final Connection target;
    private final @Nullable RelationShapes store;
    private final Map<Long, RelationShape> known;

    private ShapeGuard(
            SubscriberOptions options,
            Connection target,
            @Nullable RelationShapes store,
            Map<Long, RelationShape> known) {
        this.options = options;
        this.target = target;
        this.store = store;
        this.known = known;
    }

    static ShapeGuard of(SubscriberOptions options, Connection target) throws SQLException {
        RelationShapes store = options.relationShapes();
        if (store == null) {
            return new ShapeGuard(options, target, null, Map.of());
        }
        Map<Long, RelationShape> known = store.read(target);
        target.commit();
        return new ShapeGuard(options, target, store, known);
    }

    /** Gives the tables of the migration, also those that another stream follows, under their names on the target. */
    Set<RelationName> tables() {
        Set<RelationName> tables = new HashSet<>(options.syncPoints().keySet());
        known.values().forEach(shape -> tables.add(shape.name()));
        return Set.copyOf(tables);
    }

    /** The name under which the target has a table that the source sends, perhaps under another one by now. */
    RelationName targetName(PgOutputMessage.Relation relation) {
        RelationShape shape = known.get(Integer.toUnsignedLong(relation.id()));
        return shape == null ? new RelationName(relation.schema(), relation.name()) : shape.name();
    }

    /**
     * Makes sure that rows of this shape can be applied.
     *
     * @return the relation under its name on the target
     * @throws SchemaChangedException if they cannot
     */
    PgOutputMessage.Relation check(PgOutputMessage.Relation relation, Lsn commitLsn) throws SQLException {
        if (store == null) {
            return relation;
        }
        RelationName name = targetName(relation);
        RelationShape sent = RelationShape.of(relation);
        RelationShape before = known.get(sent.id());
        if (!sent.equals(before)) {
            try (Connection source = options.source().open()) {
                List<String> differences =
                        new ShapeComparison(source, target).differences(sent, before == null ? sent : before);
                if (!differences.isEmpty()) {
                    throw new SchemaChangedException(name, commitLsn, differences);
                }
            }
            RelationShape accepted = sent.named(name);
            known.put(sent.id(), accepted);
            store.store(target, accepted);
        }
        return new PgOutputMessage.Relation(
                relation.id(), name.schema(), name.name(), relation.replicaIdentity(), relation.columns());
    }
}
