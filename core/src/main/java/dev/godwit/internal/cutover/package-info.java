/**
 * The cutover: fence, drain, sequences, decision, switch, with one of two outcomes, done or undone.
 * {@link dev.godwit.internal.cutover.CutoverController} is the entry. The plug points it calls are in
 * {@link dev.godwit.cutover}.
 */
@NullMarked
package dev.godwit.internal.cutover;

import org.jspecify.annotations.NullMarked;
