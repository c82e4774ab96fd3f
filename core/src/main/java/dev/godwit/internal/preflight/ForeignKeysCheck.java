package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** No migrated table refers to one that is left out: its foreign key could not hold on the target. */
final class ForeignKeysCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.FOREIGN_KEY_TARGET, FindingCode.ROW_FILTER_FOREIGN_KEY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<Long> selected = context.catalog().tables().stream().map(Table::oid).collect(Collectors.toSet());
        Set<Long> filtered = filtered(context);
        try (PreparedStatement statement = context.source().prepareStatement("""
                SELECT k.conname, k.conrelid::bigint, k.confrelid::bigint, k.conrelid::regclass::text,
                       k.confrelid::regclass::text
                  FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' ORDER BY 4, 1
                """);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (selected.contains(rows.getLong(2)) && !selected.contains(rows.getLong(3))) {
                    context.add(
                            FindingCode.FOREIGN_KEY_TARGET,
                            rows.getString(4),
                            "foreign key " + rows.getString(1) + " of table " + rows.getString(4) + " refers to table "
                                    + rows.getString(5) + ", which is not migrated",
                            "both tables, or neither",
                            "include " + rows.getString(5) + ", or exclude " + rows.getString(4));
                } else if (selected.contains(rows.getLong(2)) && filtered.contains(rows.getLong(3))) {
                    context.add(
                            FindingCode.ROW_FILTER_FOREIGN_KEY,
                            rows.getString(4),
                            "foreign key " + rows.getString(1) + " of table " + rows.getString(4) + " refers to table "
                                    + rows.getString(5)
                                    + ", of which some rows are left behind; where a row refers to one"
                                    + " of these, the key cannot be built on the target",
                            "no row that refers to one that is left behind",
                            "choose the rows of " + rows.getString(4) + " accordingly");
                }
            }
        }
    }

    private static Set<Long> filtered(CheckContext context) {
        Map<TableName, TableRows> wanted =
                context.plan().rows().of(context.catalog().tables());
        return context.catalog().tables().stream()
                .filter(table -> wanted.getOrDefault(table.name(), TableRows.ALL)
                        .condition()
                        .isPresent())
                .map(Table::oid)
                .collect(Collectors.toSet());
    }
}
