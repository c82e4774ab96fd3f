/** Several migrations that are run, and cut over, together. */
@NullMarked
package dev.godwit.group;

import org.jspecify.annotations.NullMarked;
