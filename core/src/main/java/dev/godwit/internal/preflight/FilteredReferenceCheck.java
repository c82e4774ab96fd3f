package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** No foreign key refers to rows that are left behind. */
final class FilteredReferenceCheck implements Check {
    private static final String KEYS = """
            SELECT k.conrelid::regclass, k.conname, k.confrelid::regclass, k.confrelid::bigint
              FROM (SELECT ?::oid[] AS oids) w
              JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND k.conrelid = ANY (w.oids) AND k.confrelid = ANY (w.oids)
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.ROW_FILTER_FOREIGN_KEY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<String> filtered = filtered(context);
        if (filtered.isEmpty()) {
            return;
        }
        for (List<String> row : TableQuery.ofSource(context, KEYS)) {
            if (filtered.contains(row.get(3))) {
                context.add(
                        FindingCode.ROW_FILTER_FOREIGN_KEY,
                        row.get(0),
                        "foreign key " + row.get(1) + " of table " + row.get(0) + " refers to table " + row.get(2)
                                + ", of which some rows are left behind; where a row refers to one"
                                + " of these, the key cannot be built on the target",
                        "rows that refer to rows that are chosen, too",
                        "choose the rows of " + row.get(0) + " accordingly");
            }
        }
    }

    /** The OIDs of tables of which rows are chosen. */
    private static Set<String> filtered(CheckContext context) {
        Map<TableName, TableRows> wanted =
                context.plan().rows().of(context.catalog().tables());
        return context.catalog().tables().stream()
                .filter(table -> wanted.getOrDefault(table.name(), TableRows.ALL)
                        .condition()
                        .isPresent())
                .map(table -> Long.toString(table.oid()))
                .collect(Collectors.toSet());
    }
}
