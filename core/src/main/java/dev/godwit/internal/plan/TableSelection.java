package dev.godwit.internal.plan;

import dev.godwit.schema.TableName;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which tables are migrated, and by which patterns the user has said so. Its text form is that of the filter.
 *
 * @param filter decides
 * @param patterns of which a table has to match one, for messages; none if all tables are selected
 */
public record TableSelection(Predicate<TableName> filter, List<Wanted> patterns) implements Predicate<TableName> {

    public TableSelection {
        patterns = List.copyOf(patterns);
    }

    @Override
    public boolean test(TableName name) {
        return filter.test(name);
    }

    @Override
    public String toString() {
        return filter.toString();
    }

    /**
     * A pattern.
     *
     * @param text as it was written
     * @param name the one table that it can select; empty if it has a wildcard
     * @param matches decides
     */
    public record Wanted(String text, Optional<TableName> name, Predicate<TableName> matches) {}
}
