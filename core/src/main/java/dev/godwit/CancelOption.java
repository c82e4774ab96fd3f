package dev.godwit;

/** What {@link MigrationRun#cancel(CancelOption)} does with the target. Slot and publication go from the source in any case. */
public enum CancelOption {
    /** The target's tables stay as they are, with the rows that they hold by then. The default. */
    LEAVE_TARGET,
    /**
     * The target is made what it was before: what the migration's schema steps created there is dropped (tables, views, sequences,
     * functions, types, extensions, schemas), of tables that were there before the rows that it copied are removed, and so are the large
     * objects that it copied; triggers that it disabled are enabled again. Nothing that was there before the migration, or that somebody
     * else created since, is dropped, nor anything that such an object depends on: {@code DROP} is never used with {@code CASCADE}. What
     * cannot go for that reason is named in the report.
     *
     * <p>The target of a migration that is completed is never cleaned.
     *
     * <p>What steps of a {@link dev.godwit.schema.SchemaPreparer} of your own create is recognised by the step's identifier, such as
     * {@code table "public"."film"}, as {@link dev.godwit.schema.SchemaPreparers#fromCatalog()} forms it; what steps with other
     * identifiers created stays.
     */
    CLEAN_TARGET
}
