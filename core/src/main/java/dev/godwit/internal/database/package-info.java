/**
 * The target's database itself, where a migration is to create it: what it is like on the source
 * ({@link dev.godwit.internal.database.DatabaseProperties}), and its creation on the target
 * ({@link dev.godwit.internal.database.DatabaseCreation}).
 *
 * <p>Thread rule: used by the thread that registers the migration, before there is a run. What is in the
 * database is the matter of the schema's preparation.
 */
@NullMarked
package dev.godwit.internal.database;

import org.jspecify.annotations.NullMarked;
