/** What decides how gently a snapshot is copied: {@link dev.godwit.copy.Throttle}. */
@NullMarked
package dev.godwit.copy;

import org.jspecify.annotations.NullMarked;
