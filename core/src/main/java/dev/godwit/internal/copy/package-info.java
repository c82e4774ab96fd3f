/**
 * The initial copy: a snapshot tied to a slot's consistent point, and workers that move tables under it and build what
 * follows each table. {@link dev.godwit.internal.copy.SnapshotCopy} is the entry.
 *
 * <p>Thread rule: each worker is a thread with a session of its own on either server; they share a queue of work, and observers
 * are called by all of them. Applying changes does not belong here.
 */
@NullMarked
package dev.godwit.internal.copy;

import org.jspecify.annotations.NullMarked;
