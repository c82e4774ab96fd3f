/**
 * The comparison of both sides under a pair of snapshots that stand for one position in the source's log.
 *
 * <p>{@link dev.godwit.internal.verify.Verifier} is the entry: given a {@link dev.godwit.internal.verify.SnapshotPair} and a
 * {@link dev.godwit.internal.verify.VerifyJob} it gives a {@link dev.godwit.result.VerificationReport}. {@code TypeForms} writes the SQL
 * that turns values into the same text on every version, {@code Selection} finds what is compared with what, {@code TablePlan} in which
 * parts, {@code PartComparison} compares one of them by checksums, {@code Drilldown} finds the rows. The servers compute the hashes;
 * values of rows are sent only where they are asked for, keys only of rows that may differ.
 *
 * <p>A verification is run by one thread, which may be interrupted, and by threads of its own. How the snapshots come about does not belong
 * here.
 */
@NullMarked
package dev.godwit.internal.verify;

import org.jspecify.annotations.NullMarked;
