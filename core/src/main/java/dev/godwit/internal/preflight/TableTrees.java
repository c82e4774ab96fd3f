package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tables of the source are partitions or children of which. */
final class TableTrees {
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

    /**
     * A table that belongs to another one.
     *
     * @param kind {@code partition} or {@code child table}
     */
    record Child(String kind, TableName name, TableName parent) {}

    private TableTrees() {}

    static List<Child> children(CheckContext context) throws SQLException {
        return CheckContext.rows(context.source(), CHILDREN).stream()
                .map(row -> new Child(
                        row.get(0).equals("t") ? "partition" : "child table",
                        new TableName(row.get(1), row.get(2)),
                        new TableName(row.get(3), row.get(4))))
                .toList();
    }

    static Set<TableName> selected(CheckContext context) {
        return context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet());
    }
}
