/** The status document: what it says in each phase, and that it is what its schema says. */
@NullMarked
package dev.godwit.status;

import org.jspecify.annotations.NullMarked;
