/**
 * The run of a migration: phases and their order, threads, events. {@link dev.godwit.internal.engine.MigrationEngine} is the
 * entry. The way back after a cutover is a second engine with the roles swapped, which {@code WayBack} looks after;
 * {@code LiveVerification} and {@code LivePair} bring both sides of a run to one position, to be compared.
 *
 * <p>Thread rule: one thread takes the run from phase to phase and then watches lag and schema, the subscriber's own apply changes,
 * one tells the listeners; the cutover runs on the thread of whoever asks for it. How a phase does its work is in the packages beside this
 * one.
 */
@NullMarked
package dev.godwit.internal.engine;

import org.jspecify.annotations.NullMarked;
