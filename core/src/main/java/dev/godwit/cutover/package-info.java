/**
 * The plug points of the cutover: code that decides. {@link dev.godwit.cutover.WriteFence} holds back writes to the source,
 * {@link dev.godwit.cutover.TrafficSwitch} points the applications at the target.
 *
 * <p>Both are called synchronously by the thread that called {@code cutover()}; an exception ends the step and undoes the
 * cutover. What only observes belongs in {@link dev.godwit.event}.
 */
@NullMarked
package dev.godwit.cutover;

import org.jspecify.annotations.NullMarked;
