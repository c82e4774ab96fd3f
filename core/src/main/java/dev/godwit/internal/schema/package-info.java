/**
 * The target's schema during a migration: steps of the plan executed with their marks, what has to differ while changes are
 * applied, and whether everything is there that the copy needs. {@link dev.godwit.internal.schema.StepRunner} is the entry,
 * {@link dev.godwit.internal.schema.TargetAdjustments} that for what has to differ, each an {@code Adjustable}. And how rows are
 * found by their keys ({@link dev.godwit.internal.schema.KeyEquality}).
 *
 * <p>Thread rule: everything may be used by any thread with a connection of its own. What the steps are does not belong here:
 * that is decided in module {@code schema}.
 */
@NullMarked
package dev.godwit.internal.schema;

import org.jspecify.annotations.NullMarked;
