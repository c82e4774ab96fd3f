package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.schema.FixedSelection;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps of the schema that are owed to tables that join: those of the plan with them that are not in the plan without
 * them. Whatever else is new on the source since the migration began is the user's to bring over.
 *
 * @param steps the steps
 * @param tables the tables that they are owed to, partitioned parents included
 */
record JoinPlan(SchemaPlan steps, Set<TableName> tables) {

    /** Plans what is still to be built on tables whose schema this migration makes; those that the user made have no steps. */
    static JoinPlan of(RunContext context, JoinStore joins, Collection<TableName> joining) throws SQLException {
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            Set<TableName> all = context.state().tables().all();
            Set<TableName> marked = joins.marked(target, all);
            Set<TableName> own = withParents(context.catalog().tables(), joining);
            own.retainAll(marked);
            if (own.isEmpty()) {
                return new JoinPlan(new SchemaPlan(List.of(), List.of()), own);
            }
            Set<TableName> others = new TreeSet<>(all);
            others.removeAll(marked);
            return new JoinPlan(difference(context.plan(), source, target, others, own), own);
        }
    }

    private static Set<TableName> withParents(List<Table> catalog, Collection<TableName> tables) {
        Set<TableName> all = new TreeSet<>(tables);
        int before = -1;
        while (before != all.size()) {
            before = all.size();
            for (Table table : catalog) {
                if (all.contains(table.name())) {
                    all.addAll(table.parents());
                }
            }
        }
        return all;
    }

    /** Plans with and without some tables, in read-only transactions. */
    static SchemaPlan difference(
            MigrationPlan plan, Connection source, Connection target, Set<TableName> known, Set<TableName> added)
            throws SQLException {
        boolean automatic = target.getAutoCommit();
        source.setAutoCommit(false);
        target.setAutoCommit(false);
        try {
            Set<TableName> all = new TreeSet<>(known);
            all.addAll(added);
            SchemaPlan with = plan.planSchema(source, target, FixedSelection.of(all::contains, plan.tables()));
            Set<String> without = new HashSet<>();
            for (SchemaStep step : plan.planSchema(source, target, FixedSelection.of(known::contains, plan.tables()))
                    .steps()) {
                without.add(step.id());
            }
            return new SchemaPlan(
                    with.steps().stream()
                            .filter(step -> !without.contains(step.id()))
                            .toList(),
                    with.notCarried());
        } finally {
            source.rollback();
            source.setAutoCommit(true);
            target.rollback();
            target.setAutoCommit(automatic);
        }
    }
}
