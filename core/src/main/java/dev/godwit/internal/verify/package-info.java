/**
 * The comparison of both sides under a pair of snapshots that stand for one position in the source's log.
 *
 * <p>Given a {@link dev.godwit.internal.verify.SnapshotPair} and a {@link dev.godwit.internal.verify.VerifyJob} it gives a
 * {@link dev.godwit.result.VerificationReport}. How the snapshots come about does not belong here.
 */
@NullMarked
package dev.godwit.internal.verify;

import org.jspecify.annotations.NullMarked;
