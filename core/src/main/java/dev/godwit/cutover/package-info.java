/**
 * The plug points of the cutover: code that decides. {@link dev.godwit.cutover.WriteFence} holds back writes to the source,
 * {@link dev.godwit.cutover.TrafficSwitch} points the applications at the target; the built-in fences are made by
 * {@link dev.godwit.cutover.WriteFences}.
 *
 * <p>Thread rule: both are called synchronously by the thread that called {@code cutover()}, or, when an interrupted cutover is
 * resumed, by the run's own thread; an exception ends the step and, before the decision, undoes the cutover. What only observes
 * belongs in {@link dev.godwit.event}; the order of the steps is decided in {@code dev.godwit.internal.cutover}.
 */
@NullMarked
package dev.godwit.cutover;

import org.jspecify.annotations.NullMarked;
