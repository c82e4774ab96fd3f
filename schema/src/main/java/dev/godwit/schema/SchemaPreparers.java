package dev.godwit.schema;

import java.nio.file.Path;
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
        return fromCatalog(SchemaCopyOptions.defaults());
    }

    /**
     * Prepares the target from the source's catalog as {@link #fromCatalog()} does, with the secrets of user mappings if they are asked for.
     *
     * @param options what is carried beyond what it carries anyway
     * @return the preparer
     */
    public static SchemaPreparer fromCatalog(SchemaCopyOptions options) {
        return (source, target, tables) -> plan(source, target, tables, options);
    }

    /**
     * Leaves the schema to the user, who has prepared the target completely: tables, keys, indexes and foreign keys.
     *
     * @return a preparer whose plan has no steps
     */
    public static SchemaPreparer none() {
        return (source, target, tables) -> new SchemaPlan(List.of(), List.of());
    }

    /**
     * Takes the schema that the user has prepared, looks whether it is what the source has, and makes what is missing of it once
     * the rows are in: keys, indexes, foreign keys, triggers, rules, policies. Every other difference is told, in the preflight's report
     * and where {@link SchemaPlan#notCarried} is; what the copy cannot do without ends the migration before any row is copied.
     *
     * @return the preparer
     */
    public static SchemaPreparer alreadyPrepared() {
        return new PreparedTarget(fromCatalog());
    }

    /**
     * Executes the user's own scripts, one after the other and statement by statement, each in one transaction with the mark that it is
     * done: a run that is resumed goes on with the statement that failed, so what was done of a script must not be changed meanwhile.
     *
     * <p>A script begins with {@code search_path} at {@code "$user", public}; what it sets by {@code SET} or {@code set_config} holds
     * for the rest of it. {@code BEGIN} and {@code COMMIT} are left out. Refused, by file and line: commands of psql, rows
     * ({@code COPY … FROM stdin}), what cannot be done in a transaction ({@code CONCURRENTLY}, {@code VACUUM}), {@code ROLLBACK}, other roles.
     *
     * @param beforeCopy the scripts, in UTF-8, that make what the copy needs: schemas, extensions, types, functions, tables
     * @param afterCopy those that follow when all rows are in: keys, indexes, foreign keys, triggers
     * @return the preparer; it reads the files whenever it plans, and then throws an {@link IllegalArgumentException} that names
     *     everything that is wrong with them
     */
    public static SchemaPreparer scripts(List<Path> beforeCopy, List<Path> afterCopy) {
        return new ScriptPreparer(beforeCopy, afterCopy);
    }

    private static SchemaPlan plan(
            Connection source, Connection target, Predicate<TableName> tables, SchemaCopyOptions options)
            throws SQLException {
        TargetServer targetServer = CatalogQuery.on(target, TargetServer::read);
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
