/**
 * The cutover: fence, drain, sequences, decision, switch, with one of two outcomes, done or undone.
 * {@link dev.godwit.internal.cutover.CutoverController} is the entry, {@link dev.godwit.internal.cutover.JointCutover} that for several
 * migrations together, {@link dev.godwit.internal.cutover.InterruptedCutover} that for a cutover in which an earlier process died.
 * Writes behind the end of the source's log are searched by the stream that applies ({@code EndOfLog}), or, where there is none yet, by
 * {@code LateWrites}.
 *
 * <p>Writers wait for no server without limit: {@code PauseWatch} cancels what takes longer than its share of the pause, and ends the
 * sessions of who does not even cancel; {@code TimedCall} is for questions where there is no session yet.
 *
 * <p>Thread rule: one thread per attempt at a time, that of the caller, or one for each of several that are cut over together. How
 * writes are held back and how traffic is switched does not belong here but in {@link dev.godwit.cutover}.
 */
@NullMarked
package dev.godwit.internal.cutover;

import org.jspecify.annotations.NullMarked;
