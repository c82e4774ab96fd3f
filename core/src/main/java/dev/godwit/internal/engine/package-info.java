/**
 * The run of a migration: phases and their order, threads, events. {@link dev.godwit.internal.engine.MigrationEngine} is the
 * entry. How a phase does its work is in the packages beside this one.
 */
@NullMarked
package dev.godwit.internal.engine;

import org.jspecify.annotations.NullMarked;
