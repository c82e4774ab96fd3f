/**
 * What is remembered on the target between processes: schema {@code godwit}, written in the same transactions as what it
 * speaks of. {@link dev.godwit.internal.state.StateStore} owns it. Nothing here reads or writes the source.
 */
@NullMarked
package dev.godwit.internal.state;

import org.jspecify.annotations.NullMarked;
