package dev.godwit.schema;

import java.sql.Connection;
import java.util.List;
import java.util.function.Predicate;

/** Leaves everything to the user. */
record NothingToPrepare() implements SchemaPreparer {

    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) {
        return new SchemaPlan(List.of(), List.of());
    }
}
