/**
 * What must hold before a migration may start, one class per check; {@link dev.godwit.internal.preflight.Preflight} runs
 * them all and reports everything at once. Checks only look: what they try, they roll back.
 */
@NullMarked
package dev.godwit.internal.preflight;

import org.jspecify.annotations.NullMarked;
