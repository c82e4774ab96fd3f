/**
 * What must hold before a migration may start, one class per check; {@link dev.godwit.internal.preflight.Preflight} runs
 * them all and reports everything at once.
 *
 * <p>Thread rule: everything runs on the thread that asked, over two sessions. Checks only look: what they try, they roll back.
 * What can only be known later, such as whether a running migration has lost its slot, does not belong here.
 */
@NullMarked
package dev.godwit.internal.preflight;

import org.jspecify.annotations.NullMarked;
