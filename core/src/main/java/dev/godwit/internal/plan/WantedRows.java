package dev.godwit.internal.plan;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which rows and columns are wanted of tables, as the user has written it.
 *
 * @param byName by {@code schema.table}; of all others everything is wanted
 */
public record WantedRows(Map<String, TableRows> byName) {

    public WantedRows {
        byName = Map.copyOf(byName);
    }

    /** Tells whether everything is wanted of every table. */
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /** Gives what is wanted of those tables of which a part is; of a partition that is not named itself, what is of its parent. */
    public Map<TableName, TableRows> of(Collection<Table> tables) {
        Map<TableName, Table> all = new HashMap<>();
        tables.forEach(table -> all.put(table.name(), table));
        Map<TableName, TableRows> wanted = new TreeMap<>();
        for (Table table : tables) {
            TableRows rows = of(table, all);
            if (rows != null) {
                wanted.put(table.name(), rows);
            }
        }
        return wanted;
    }

    private @Nullable TableRows of(Table table, Map<TableName, Table> all) {
        Table next = table;
        while (next != null) {
            TableRows rows = byName.get(next.name().toString());
            if (rows != null) {
                return rows;
            }
            next = next.isPartition() ? all.get(next.parents().get(0)) : null;
        }
        return null;
    }

    /** Gives the names that are those of no table. */
    public List<String> unknown(Collection<TableName> tables) {
        Set<String> known = tables.stream().map(TableName::toString).collect(Collectors.toSet());
        return byName.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
    }
}
