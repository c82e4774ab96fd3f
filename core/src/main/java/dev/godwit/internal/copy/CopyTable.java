package dev.godwit.internal.copy;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.util.List;

/**
 * What the copy of a table needs to know of it.
 *
 * @param name the name, on both sides
 * @param columns the columns that are copied
 * @param from what is selected from: the table alone, or those of its rows that are the user's
 * @param condition which rows of these are wanted; empty for all
 * @param isOwn whether all of the table's rows come from the source; an extension may have brought others
 * @param binary whether the binary format fits
 * @param bytes the size on the source, with TOAST, without indexes
 */
record CopyTable(
        TableName name, List<String> columns, String from, String condition, boolean isOwn, boolean binary, long bytes)
        implements Serializable {

    CopyTable {
        columns = List.copyOf(columns);
    }

    static CopyTable of(Table table, TableRows rows, boolean binary) {
        String only = "ONLY " + table.name().quoted();
        return new CopyTable(
                table.name(),
                columns(table, rows).stream().map(Column::name).toList(),
                table.configuration()
                        .map(rest -> "(SELECT * FROM " + only + " " + rest.condition() + ") AS configuration")
                        .orElse(only),
                rows.condition().map(condition -> "(" + condition + ")").orElse(""),
                table.configuration().isEmpty(),
                binary,
                table.size().dataBytes());
    }

    /** Gives the columns of a table that are copied. */
    static List<Column> columns(Table table, TableRows rows) {
        return table.copyColumns().stream()
                .filter(column -> rows.holds(column.name()))
                .toList();
    }
}
