package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Collectors;

/** The table filter does not tear partitions and children from their parents without anybody noticing. */
final class TableTreesCheck implements Check {
    private static final String CHILDREN = """
            SELECT c.relispartition, n.nspname, c.relname, pn.nspname, p.relname
              FROM pg_catalog.pg_inherits i
              JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
              JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
             WHERE c.relkind IN ('r', 'p')
             ORDER BY 2, 3, i.inhseqno
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PARENT_LEFT_OUT, FindingCode.PARTITION_LEFT_OUT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<TableName> selected =
                context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet());
        try (Statement statement = context.source().createStatement();
                ResultSet row = statement.executeQuery(CHILDREN)) {
            while (row.next()) {
                check(
                        context,
                        row.getBoolean(1) ? "partition " : "child table ",
                        new TableName(row.getString(2), row.getString(3)),
                        new TableName(row.getString(4), row.getString(5)),
                        selected);
            }
        }
    }

    private static void check(
            CheckContext context, String kind, TableName table, TableName parent, Set<TableName> selected) {
        if (selected.contains(table) && !selected.contains(parent)) {
            context.add(
                    FindingCode.PARENT_LEFT_OUT,
                    table.toString(),
                    kind + table + " is selected, but its parent " + parent + " is not",
                    "both, or neither",
                    "include " + parent + " in the table filter, or exclude " + table);
        } else if (selected.contains(parent) && !selected.contains(table)) {
            context.add(
                    FindingCode.PARTITION_LEFT_OUT,
                    table.toString(),
                    kind + table + " is left out, but its parent " + parent
                            + " is selected: its rows will be missing there, and a foreign key to one of them fails",
                    "the whole tree, unless the rows are to stay behind",
                    "include " + table + " in the table filter, unless its rows are to stay behind");
        }
    }
}
