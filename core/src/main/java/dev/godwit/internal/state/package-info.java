/**
 * What is remembered on the target between processes: schema {@code godwit}, written in the same transactions as what it
 * speaks of. {@link dev.godwit.internal.state.StateStore} is the entry.
 *
 * <p>Thread rule: calls over the owning session are serialised; calls with a connection run in that connection's transaction.
 * Nothing here reads or writes the source, and what to do about what is remembered is decided elsewhere.
 */
@NullMarked
package dev.godwit.internal.state;

import org.jspecify.annotations.NullMarked;
