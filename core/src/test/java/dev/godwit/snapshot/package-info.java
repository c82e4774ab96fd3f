/** How a snapshot is copied: in parts, by any executor, gently. */
@NullMarked
package dev.godwit.snapshot;

import org.jspecify.annotations.NullMarked;
