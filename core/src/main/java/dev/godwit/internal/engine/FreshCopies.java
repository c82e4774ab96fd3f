package dev.godwit.internal.engine;

import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.StateStore;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tables of the migration that are to be copied afresh. */
record FreshCopies(StateStore state, JoinStore joins) {

    /** Records the request. */
    boolean record(Connection source, Connection target, Collection<String> names) throws SQLException {
        Set<TableName> tables = find(target, names);
        List<String> problems = TargetSchemaCheck.problems(
                CatalogReader.read(source, tables::contains), CatalogReader.read(target, tables::contains));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("the target does not fit: " + String.join("; ", problems));
        }
        target.setAutoCommit(false);
        joins.restart(target, tables);
        for (TableName table : tables) {
            joins.request(target, table);
        }
        target.commit();
        return true;
    }

    private Set<TableName> find(Connection target, Collection<String> names) throws SQLException {
        Set<TableName> known = new TreeSet<>(state.tables().copied().keySet());
        known.addAll(joins.open(target).keySet());
        Set<TableName> found = new TreeSet<>();
        List<String> unknown = new ArrayList<>();
        for (String name : names) {
            GivenNames.find(name, known).ifPresentOrElse(found::add, () -> unknown.add(name));
        }
        if (!unknown.isEmpty() || found.isEmpty()) {
            throw new IllegalArgumentException("no tables that were copied are named " + unknown);
        }
        return found;
    }
}
