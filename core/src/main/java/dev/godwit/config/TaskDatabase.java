package dev.godwit.config;

import dev.godwit.TablePattern;
import java.util.List;

/** A database that is migrated. Immutable. */
public final class TaskDatabase {
    private final String name;
    private final String targetDatabaseName;
    private final List<TablePattern> selectedTables;
    private final String migrationName;
    private final Settings settings;

    TaskDatabase(
            String name,
            String targetDatabaseName,
            List<TablePattern> selectedTables,
            String migrationName,
            Settings settings) {
        this.name = name;
        this.targetDatabaseName = targetDatabaseName;
        this.selectedTables = List.copyOf(selectedTables);
        this.migrationName = migrationName;
        this.settings = settings;
    }

    /**
     * Gives its name on the source.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Gives its name on the target.
     *
     * @return the name; by default that on the source
     */
    public String targetDatabaseName() {
        return targetDatabaseName;
    }

    /**
     * Gives which tables are migrated.
     *
     * @return patterns of which a table has to match one; empty for all tables
     */
    public List<TablePattern> selectedTables() {
        return selectedTables;
    }

    /**
     * Gives the name of its migration.
     *
     * @return the one that the file gives it; by default the task's name, a hyphen and the database's name, made fit for
     *     a migration's name; the task's name alone where the file has no list of databases
     */
    public String migrationName() {
        return migrationName;
    }

    /** Gives the options that the file has for this database only. */
    Settings settings() {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskDatabase database
                && database.name.equals(name)
                && database.targetDatabaseName.equals(targetDatabaseName)
                && database.selectedTables.equals(selectedTables)
                && database.migrationName.equals(migrationName)
                && database.settings.equals(settings);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + targetDatabaseName.hashCode();
    }

    /** Gives both names. */
    @Override
    public String toString() {
        return name + " -> " + targetDatabaseName;
    }
}
