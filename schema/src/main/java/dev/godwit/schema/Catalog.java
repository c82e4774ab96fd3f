package dev.godwit.schema;

import java.util.List;
import java.util.Optional;

/**
 * What one database holds that a migration has to know: the tables, sequences and triggers of the user.
 *
 * <p>System schemas, temporary objects, the schema {@code godwit} and members of extensions are left out; configuration
 * tables of extensions are in, because their rows are the user's. A value; safe for use by any thread.
 *
 * @param serverVersion {@code server_version_num}, such as 150018
 * @param tables ordinary and partitioned tables, by name
 * @param sequences sequences, also those behind identity columns, by name
 * @param triggers the user's triggers on these tables, by table and name
 * @param foreignTables foreign tables, whose rows lie elsewhere and are not copied
 */
public record Catalog(
        int serverVersion,
        List<Table> tables,
        List<Sequence> sequences,
        List<Trigger> triggers,
        List<TableName> foreignTables) {

    /**
     * Copies the lists.
     *
     * @param serverVersion {@code server_version_num}
     * @param tables the tables
     * @param sequences the sequences
     * @param triggers the triggers
     * @param foreignTables the foreign tables
     */
    public Catalog {
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        triggers = List.copyOf(triggers);
        foreignTables = List.copyOf(foreignTables);
    }

    /**
     * Gives the major version.
     *
     * @return for example 15
     */
    public int majorVersion() {
        return serverVersion / 10_000;
    }

    /**
     * Finds a table.
     *
     * @param name its name
     * @return the table, or empty if it does not exist or was not selected
     */
    public Optional<Table> table(TableName name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }
}
