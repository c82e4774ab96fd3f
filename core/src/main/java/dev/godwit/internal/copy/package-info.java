/**
 * The initial copy: a snapshot tied to a slot's consistent point, and workers that move tables under it and build what
 * follows each table. {@link dev.godwit.internal.copy.SnapshotCopy} is the entry. Applying changes does not belong here.
 */
@NullMarked
package dev.godwit.internal.copy;

import org.jspecify.annotations.NullMarked;
