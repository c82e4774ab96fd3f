/**
 * Reads a PostgreSQL catalog into a model and prepares another server's schema from it.
 *
 * <p>Entry points are {@link dev.godwit.schema.CatalogReader} and {@link dev.godwit.schema.SchemaPreparers}. Nothing here
 * opens a connection, changes a server or copies a row: callers hand connections in and execute the plan. Every method
 * works in the calling thread, and values are safe for use by any thread.
 *
 * <p>Inside, one class reads each class of objects and writes the statements that make them anew, as far as possible with
 * the server's own deparsing functions; the order comes from pg_depend.
 */
@NullMarked
package dev.godwit.schema;

import org.jspecify.annotations.NullMarked;
