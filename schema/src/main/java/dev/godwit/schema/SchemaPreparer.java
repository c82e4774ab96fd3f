package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Predicate;

/**
 * Decides what the target's schema becomes: the plug point of schema preparation.
 *
 * <p>Called by the thread that runs the migration when a process begins with it, and again whenever it reads the schema anew: after a
 * pause, when tables are added; and by the thread of who cuts over, if the source's schema was changed since. Steps that were done before
 * are known by {@link SchemaStep#id()} and left out; those of stages {@link SchemaStage#BEFORE_CUTOVER} and {@link SchemaStage#AT_CUTOVER}
 * belong to each attempt of a cutover.
 */
@FunctionalInterface
public interface SchemaPreparer {

    /**
     * Plans the steps; changes nothing on either server.
     *
     * @param source a connection to the source, in a read-only transaction
     * @param target a connection to the target, in a read-only transaction
     * @param tables which tables are migrated; others are not created
     * @return the plan
     * @throws SQLException if a catalog cannot be read; it ends the phase
     */
    SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) throws SQLException;

    /**
     * Plans likewise, where what plans may have to log in to the source by itself. A migration calls this; by default it is the same as
     * {@link #plan(Connection, Connection, Predicate)}.
     *
     * @param source a connection to the source, in a read-only transaction
     * @param target a connection to the target, in a read-only transaction
     * @param tables which tables are migrated; others are not created
     * @param login tells how to log in to the source
     * @return the plan
     * @throws SQLException if a catalog cannot be read; it ends the phase
     * @throws IllegalStateException if something outside of the servers is missing, saying what and what to do
     */
    default SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables, SourceLogin login)
            throws SQLException {
        return plan(source, target, tables);
    }

    /**
     * Tells whether the steps before the copy and behind it do nothing but define objects, so that the preflight may try them on the target
     * in a transaction that it rolls back: each can be executed in a transaction, ends none, and has no effect that outlasts a rollback.
     * What {@link SchemaPreparers#fromCatalog()} plans is such; unless this is overridden, nothing is tried.
     *
     * @return whether they may be tried
     */
    default boolean onlyDefines() {
        return false;
    }

    /**
     * Tells what is carried on request, for what is copied beside the schema: large objects get the owners and the grants that they have on
     * the source, if this says so. By default neither.
     *
     * @return what was asked for; of it, {@link SchemaCopyOptions#owners()} and {@link SchemaCopyOptions#privileges()} count
     */
    default SchemaCopyOptions carried() {
        return SchemaCopyOptions.defaults();
    }
}
