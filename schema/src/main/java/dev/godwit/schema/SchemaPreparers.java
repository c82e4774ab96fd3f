package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/** The preparers that come with the library. All are stateless and safe for use by any thread. */
public final class SchemaPreparers {

    private SchemaPreparers() {}

    /**
     * Prepares the target from the source's catalog, without any external program. Owners and privileges are not carried:
     * everything belongs to the role that prepares the target.
     *
     * @return the preparer
     */
    public static SchemaPreparer fromCatalog() {
        return SchemaPreparers::plan;
    }

    /**
     * Leaves the schema to the user, who has prepared the target completely: tables, keys, indexes and foreign keys.
     *
     * @return a preparer whose plan has no steps
     */
    public static SchemaPreparer none() {
        return (source, target, tables) -> new SchemaPlan(List.of(), List.of());
    }

    private static SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables)
            throws SQLException {
        TargetServer targetServer = CatalogQuery.on(target, TargetServer::read);
        return CatalogQuery.on(source, query -> {
            SchemaReader.Result read = SchemaReader.read(query, tables, targetServer);
            return new PlanBuilder(
                            new ObjectGraph(read.objects(), read.dependencies()),
                            read.comments(),
                            new ObjectNames(query)::describe)
                    .build(read.notes());
        });
    }
}
