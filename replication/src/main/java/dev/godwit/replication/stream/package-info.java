/**
 * The stream of decoded changes out of a replication slot.
 *
 * <p>Enter by {@link dev.godwit.replication.stream.ChangeStream}. One thread of its own owns the socket; one thread of the
 * caller consumes. What to do with a change does not belong here.
 */
@NullMarked
package dev.godwit.replication.stream;

import org.jspecify.annotations.NullMarked;
