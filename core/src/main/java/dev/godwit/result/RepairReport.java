package dev.godwit.result;

import dev.godwit.replication.Lsn;
import dev.godwit.schema.TableName;
import java.time.Duration;
import java.util.List;

/**
 * Rows that were copied afresh. Before the change was committed they were compared once more and found equal, as of the same position.
 *
 * @param migration the migration's name
 * @param lsn the position in the source's log as of which they are what the source has
 * @param duration how long it took, waiting for the snapshots included
 * @param tables what was done in each table, by name
 */
public record RepairReport(String migration, Lsn lsn, Duration duration, List<RepairedTable> tables) {

    /**
     * Copies the list.
     *
     * @param migration the migration's name
     * @param lsn the position
     * @param duration how long it took
     * @param tables the tables
     */
    public RepairReport {
        tables = List.copyOf(tables);
    }

    /**
     * What was done in a table.
     *
     * @param table the table
     * @param rows the rows named
     * @param deleted how many of them the target had
     * @param copied how many of them the source has, and the target from now on
     */
    public record RepairedTable(TableName table, int rows, long deleted, long copied) {}

    /**
     * Counts the rows.
     *
     * @return the rows named, of all tables
     */
    public int rows() {
        return tables.stream().mapToInt(RepairedTable::rows).sum();
    }
}
