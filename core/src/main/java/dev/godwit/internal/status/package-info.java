/**
 * What {@code dev.godwit.status} tells of a run: kept in memory while it goes on, and stored for other processes.
 *
 * <p>Enter by {@link dev.godwit.internal.status.StatusKeeper}; the run tells its {@code StatusBoard} what happens, from any thread.
 * Counting changes belongs to the apply, which does it in the transactions that apply them; here the counts are only read.
 */
@NullMarked
package dev.godwit.internal.status;

import org.jspecify.annotations.NullMarked;
