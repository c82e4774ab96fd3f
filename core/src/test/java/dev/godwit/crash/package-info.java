/** Kills the migrating process at every moment that matters, resumes it, and looks at both databases afterwards. */
@NullMarked
package dev.godwit.crash;

import org.jspecify.annotations.NullMarked;
