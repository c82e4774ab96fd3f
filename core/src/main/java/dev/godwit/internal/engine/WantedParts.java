package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.preflight.ConfigurationRows;
import dev.godwit.internal.preflight.RowsProbe;
import dev.godwit.internal.state.RowStore;
import dev.godwit.internal.state.RowStore.Part;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.TableRows;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which part is wanted of tables of which not all is: as it was recorded first, so that copy and changes agree to the end. */
record WantedParts(MigrationPlan plan) {

    /** Gives what is to be recorded of tables that come to the migration, after asking the source what it makes of it. */
    Map<TableName, Part> of(Connection source, Collection<Table> tables) throws SQLException {
        Map<TableName, Part> parts = new TreeMap<>();
        Map<TableName, TableRows> wanted = plan.rows().isEmpty()
                ? Map.of()
                : plan.rows().of(CatalogReader.read(source, name -> true).tables());
        for (Table table : tables) {
            TableRows rows = wanted.get(table.name());
            if (rows != null) {
                parts.put(table.name(), new Part(rows, used(source, table, rows)));
            } else {
                Optional<TableRows> configuration = ConfigurationRows.streamed(source, table);
                if (configuration.isPresent()) {
                    parts.put(table.name(), new Part(TableRows.ALL, configuration.get()));
                }
            }
        }
        return parts;
    }

    private static TableRows used(Connection source, Table table, TableRows rows) throws SQLException {
        if (table.kind() != Table.Kind.ORDINARY) {
            return rows;
        }
        RowsProbe.Answer answer = RowsProbe.ask(source, table, rows);
        if (answer.refusal() != null || answer.failure() != null) {
            throw new MigrationException(
                    null,
                    "the source does not publish what is chosen of table " + table.name() + ": "
                            + (answer.refusal() == null ? answer.failure() : answer.refusal())
                            + "; the preflight tells what to do",
                    null);
        }
        return rows.where(answer.filter());
    }

    /** Refuses to go on with another choice than that of the first run, of tables that it was about. */
    void requireUnchanged() throws SQLException {
        try (Connection source = plan.source().open();
                Connection target = plan.target().open()) {
            Map<TableName, Part> recorded = new RowStore(plan.name()).read(target);
            if (recorded.isEmpty() && plan.rows().isEmpty()) {
                return;
            }
            Set<TableName> known = new RowStore(plan.name()).tables(target);
            List<Table> tables = CatalogReader.read(source, name -> true).tables();
            Set<TableName> names = new TreeSet<>(known);
            tables.forEach(table -> names.add(table.name()));
            List<String> unknown = plan.rows().unknown(names);
            if (!unknown.isEmpty()) {
                throw refused(
                        "rows or columns are chosen of " + unknown
                                + ", and the source has no tables of these names; give them as schema.table, or leave out the choice");
            }
            Map<TableName, TableRows> wanted = plan.rows().of(tables);
            for (Table table : tables) {
                TableRows before = recorded.getOrDefault(table.name(), Part.ALL).wanted();
                TableRows now = wanted.getOrDefault(table.name(), TableRows.ALL);
                if (known.contains(table.name()) && !now.equals(before)) {
                    throw refused(
                            "of table " + table.name() + " it began with " + words(before)
                                    + ", and is to go on with " + words(now)
                                    + ". What is copied cannot be changed any more: choose as before, or clean up and start anew");
                }
            }
        }
    }

    private MigrationException refused(String why) {
        return new MigrationException(null, "migration '" + plan.name() + "' cannot be resumed: " + why, null);
    }

    private static String words(TableRows rows) {
        return (rows.columns().isEmpty() ? "all columns" : "columns " + rows.columns())
                + rows.condition().map(text -> " of the rows with " + text).orElse(" of all rows");
    }

    /** Gives the same by the names that the replication knows. */
    static Map<RelationName, TableRows> byRelation(Map<TableName, TableRows> parts) {
        Map<RelationName, TableRows> named = new TreeMap<>();
        parts.forEach((table, rows) -> named.put(new RelationName(table.schema(), table.name()), rows));
        return named;
    }
}
