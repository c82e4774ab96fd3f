/**
 * Reads a PostgreSQL catalog into a model and prepares another server's schema from it.
 *
 * <p>Entry point is {@link dev.godwit.schema.SchemaPreparer}. Nothing here
 * opens a connection or copies a row: callers hand connections in and execute the plan.
 */
@NullMarked
package dev.godwit.schema;

import org.jspecify.annotations.NullMarked;
