package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Predicate;

/**
 * Prepares the target from the source's catalog.
 *
 * @param options what is carried beyond what is carried anyway
 */
record CatalogPreparer(SchemaCopyOptions options) implements SchemaPreparer {

    @Override
    public boolean onlyDefines() {
        return true;
    }

    @Override
    public SchemaCopyOptions carried() {
        return options;
    }

    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) throws SQLException {
        TargetServer targetServer = TargetServer.of(target, options);
        return CatalogQuery.on(source, query -> {
            SchemaReader.Result read = SchemaReader.read(query, tables, targetServer, options);
            return new PlanBuilder(
                            new ObjectGraph(read.objects(), read.dependencies()),
                            read.additions(),
                            new ObjectNames(query)::describe)
                    .build(read.notes());
        });
    }
}
