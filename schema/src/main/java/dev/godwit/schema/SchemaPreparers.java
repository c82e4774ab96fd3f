package dev.godwit.schema;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The preparers that come with the library. All are stateless and safe for use by any thread. */
public final class SchemaPreparers {

    private SchemaPreparers() {}

    /**
     * Prepares the target from the source's catalog, without any external program. Owners, privileges, security labels and
     * tablespaces are not carried: everything belongs to the role that prepares the target.
     *
     * @return the preparer
     */
    public static SchemaPreparer fromCatalog() {
        return fromCatalog(SchemaCopyOptions.defaults());
    }

    /**
     * Prepares the target from the source's catalog as {@link #fromCatalog()} does, with what is asked for beyond it:
     * owners, privileges, security labels, tablespaces, the secrets of user mappings.
     *
     * @param options what is carried beyond what it carries anyway
     * @return the preparer
     */
    public static SchemaPreparer fromCatalog(SchemaCopyOptions options) {
        return new CatalogPreparer(options);
    }

    /**
     * Leaves the schema to the user, who has prepared the target completely: tables, keys, indexes and foreign keys.
     *
     * @return a preparer whose plan has no steps
     */
    public static SchemaPreparer none() {
        return new NothingToPrepare();
    }

    /**
     * Takes the schema that the user has prepared, looks whether it is what the source has, and makes what is missing of it once
     * the rows are in: keys, indexes, foreign keys, triggers, rules, policies; keys and indexes of partitioned tables, to which those of
     * the partitions are attached, before any row is copied. Every other difference is told, in the preflight's report
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
     * ({@code COPY … FROM stdin}), what cannot be done in a transaction ({@code CONCURRENTLY}, {@code VACUUM}), {@code ROLLBACK}, other
     * roles.
     *
     * @param beforeCopy the scripts, in UTF-8, that make what the copy needs: schemas, extensions, types, functions, tables
     * @param afterCopy those that follow when all rows are in: keys, indexes, foreign keys, triggers
     * @return the preparer; it reads the files whenever it plans, and then throws an {@link IllegalArgumentException} that names
     *     everything that is wrong with them
     */
    public static SchemaPreparer scripts(List<Path> beforeCopy, List<Path> afterCopy) {
        return new ScriptPreparer(beforeCopy, afterCopy);
    }

    /**
     * Prepares the target by pg_dump, with the defaults of {@link PgDumpOptions}.
     *
     * @return the preparer
     */
    public static SchemaPreparer pgDump() {
        return pgDump(PgDumpOptions.defaults());
    }

    /**
     * Prepares the target by the statements that pg_dump writes of the source. It logs in as the migration does, by its environment, and
     * has to be on the machine on which the migration runs, of the source's major version or a later one: the one of the target's version
     * is taken, else the next best. It is executed by the preflight too, and whenever a process begins or tables are added.
     *
     * <p>Its section pre-data is executed before the copy; of post-data, indexes and keys after their table's rows, then foreign keys, then
     * the rest; triggers, rules, row security and event triggers take effect at the cutover. User mappings come without secrets. Of tables
     * that are not migrated nothing is dumped; what needs one of these, or only a superuser may create, is left out and named in
     * {@link SchemaPlan#notCarried}. Publications, subscriptions, security labels and tablespaces are not carried.
     *
     * @param options how it is run
     * @return the preparer; where no pg_dump is good enough it throws an {@link IllegalStateException} that says which is needed and
     *     where it was looked for
     */
    public static SchemaPreparer pgDump(PgDumpOptions options) {
        return new PgDumpPreparer(options);
    }

    /**
     * Tells which of these a preparer is, and with which options.
     *
     * @param preparer any preparer
     * @return empty for one that does not come from here
     */
    public static Optional<PreparerDescription> describe(SchemaPreparer preparer) {
        if (preparer instanceof CatalogPreparer catalog) {
            return Optional.of(new PreparerDescription.FromCatalog(catalog.options()));
        }
        if (preparer instanceof PgDumpPreparer pgDump) {
            return Optional.of(new PreparerDescription.PgDump(pgDump.options()));
        }
        if (preparer instanceof ScriptPreparer scripts) {
            return Optional.of(new PreparerDescription.Scripts(scripts.beforeCopy(), scripts.afterCopy()));
        }
        if (preparer instanceof PreparedTarget) {
            return Optional.of(new PreparerDescription.AlreadyPrepared());
        }
        return preparer instanceof NothingToPrepare ? Optional.of(new PreparerDescription.None()) : Optional.empty();
    }
}
