/** What the builder collected, in the form in which the internal packages use it. Values only. */
@NullMarked
package dev.godwit.internal.plan;

import org.jspecify.annotations.NullMarked;
