/** What a user does to a run while it is under way: pausing, tuning, cutting over, cancelling, and cleaning up after it. */
@NullMarked
package dev.godwit.control;

import org.jspecify.annotations.NullMarked;
