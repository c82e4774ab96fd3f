package dev.godwit.internal.engine;

import dev.godwit.schema.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Names of tables as users give them: {@code schema.table} as the catalog has them, or both parts as they stand in SQL, between quotes. */
final class GivenNames {

    private GivenNames() {}

    /**
     * Finds the table that is meant.
     *
     * @throws IllegalArgumentException if several could be, since their names have dots
     */
    static Optional<TableName> find(String given, Collection<TableName> tables) {
        List<TableName> meant = tables.stream()
                .filter(table ->
                        table.toString().equals(given) || table.quoted().equals(given))
                .toList();
        if (meant.size() > 1) {
            throw new IllegalArgumentException("several tables are named " + given + ": "
                    + meant.stream().map(TableName::quoted).toList() + "; give one of these");
        }
        return meant.stream().findFirst();
    }
}
