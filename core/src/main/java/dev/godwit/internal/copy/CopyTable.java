package dev.godwit.internal.copy;

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
 * @param condition a WHERE clause with its keyword, empty for all rows
 * @param isOwn whether all of the table's rows come from the source; an extension may have brought others
 * @param binary whether the binary format fits
 * @param bytes the size on the source, without indexes
 */
record CopyTable(TableName name, List<String> columns, String condition, boolean isOwn, boolean binary, long bytes)
        implements Serializable {

    CopyTable {
        columns = List.copyOf(columns);
    }

    static CopyTable of(Table table, boolean binary) {
        return new CopyTable(
                table.name(),
                table.copyColumns().stream().map(Column::name).toList(),
                table.configuration()
                        .map(Table.ExtensionConfiguration::condition)
                        .orElse(""),
                table.configuration().isEmpty(),
                binary,
                table.size().heapBytes());
    }
}
