/**
 * What a migration tells about itself: its phases, and events for listeners.
 *
 * <p>Enter by {@link dev.godwit.event.MigrationListener}; what it is told is a {@link dev.godwit.event.MigrationEvent}. Events
 * are immutable; listeners are called by one dispatcher thread of the run, in order. Listeners that come with the library are
 * {@link dev.godwit.event.ProgressLogger}, {@link dev.godwit.event.ConsoleProgress} and, for who has Micrometer,
 * {@link dev.godwit.event.MigrationMeters}. Nothing here decides anything: what does is in {@link dev.godwit.cutover}.
 */
@NullMarked
package dev.godwit.event;

import org.jspecify.annotations.NullMarked;
