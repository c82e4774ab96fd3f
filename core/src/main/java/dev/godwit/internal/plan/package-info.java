/**
 * What the builder collected, in the form in which the internal packages use it, so that these need nothing of
 * {@code dev.godwit}. {@link dev.godwit.internal.plan.MigrationPlan} is the entry. Immutable values only, and what tells failures that
 * may pass ({@link dev.godwit.internal.plan.PassingFailure}); defaults and checks of ranges belong in the builders.
 */
@NullMarked
package dev.godwit.internal.plan;

import org.jspecify.annotations.NullMarked;
