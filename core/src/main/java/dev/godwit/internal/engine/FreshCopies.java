package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tables that the user wants to be copied afresh. Any thread may call. */
public final class FreshCopies {
    private static final Set<MigrationPhase> APPLYING =
            EnumSet.of(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER, MigrationPhase.PAUSED);

    private final MigrationPlan plan;
    private final StateStore state;
    private final PhaseMachine phases;
    private final CopyRequests requests;

    FreshCopies(MigrationPlan plan, StateStore state, PhaseMachine phases, CopyRequests requests) {
        this.plan = plan;
        this.state = state;
        this.phases = phases;
        this.requests = requests;
    }

    /** Asks for copies; the run is not ready any more, nor paused, until they are made. */
    public void request(Collection<String> names) {
        if (!APPLYING.contains(phases.phase())) {
            throw refused("tables are copied afresh while changes are applied, not in " + phases.phase(), null);
        }
        try {
            Set<TableName> tables = find(names);
            requireFit(tables);
            requests.add(tables);
        } catch (SQLException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
        if (!phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP)) {
            phases.transitionFrom(MigrationPhase.PAUSED, MigrationPhase.CATCH_UP);
        }
    }

    private Set<TableName> find(Collection<String> names) throws SQLException {
        Set<TableName> found = new TreeSet<>();
        List<String> unknown = new ArrayList<>(names);
        for (TableName table : state.copied().keySet()) {
            if (unknown.remove(table.toString())) {
                found.add(table);
            }
        }
        if (!unknown.isEmpty() || found.isEmpty()) {
            throw refused("no tables that were copied are named " + unknown, null);
        }
        return found;
    }

    private void requireFit(Set<TableName> tables) throws SQLException {
        try (Connection source = plan.source().open();
                Connection target = plan.target().open()) {
            List<String> problems = TargetSchemaCheck.problems(
                    CatalogReader.read(source, tables::contains), CatalogReader.read(target, tables::contains));
            if (!problems.isEmpty()) {
                throw refused("the target does not fit: " + String.join("; ", problems), null);
            }
        }
    }

    private MigrationException refused(String why, @Nullable Throwable cause) {
        return new MigrationException(
                phases.phase(), "migration '" + plan.name() + "' cannot copy tables afresh: " + why, cause);
    }
}
