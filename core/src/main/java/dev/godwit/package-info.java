/**
 * Moves a live PostgreSQL database to another server and cuts over: {@link dev.godwit.Migration#builder()} is the entry.
 *
 * <p>{@link dev.godwit.Migration} is an immutable plan and may be used by any thread. {@link dev.godwit.MigrationRun} is the
 * handle of one run; its methods may be called by any thread, those that wait block the caller only. What moves rows, applies
 * changes or remembers state is in {@code dev.godwit.internal}, which uses nothing of this package.
 */
@NullMarked
package dev.godwit;

import org.jspecify.annotations.NullMarked;
