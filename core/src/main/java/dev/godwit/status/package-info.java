/**
 * The status document: where a migration, its database and each of its tables stand, and its JSON in the shape of the output of
 * Azure DMS's online PostgreSQL task.
 *
 * <p>Enter by {@code MigrationRun.status()} in the process that runs the migration, or by
 * {@link dev.godwit.status.MigrationStatus#read} anywhere else. Everything here is immutable and may be used by any thread. What
 * follows a run and stores what others read belongs to {@code internal.status}.
 */
@NullMarked
package dev.godwit.status;

import org.jspecify.annotations.NullMarked;
