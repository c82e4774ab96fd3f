/**
 * What a migration hands back: reports, and the exceptions that carry them.
 *
 * <p>Entry types are {@link dev.godwit.result.PreflightReport}, {@link dev.godwit.result.VerificationReport},
 * {@link dev.godwit.result.CutoverReport} and {@link dev.godwit.result.MigrationException}. All are immutable. Progress on the way is not
 * here but in {@link dev.godwit.event}.
 */
@NullMarked
package dev.godwit.result;

import org.jspecify.annotations.NullMarked;
