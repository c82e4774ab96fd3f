/** Verification inside a run that goes on: at one position, required by the cutover, and repaired. */
@NullMarked
package dev.godwit.proof;

import org.jspecify.annotations.NullMarked;
