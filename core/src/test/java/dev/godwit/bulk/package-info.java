/** Migrations of much data in little memory, and of everything that a schema may hold at once. */
@NullMarked
package dev.godwit.bulk;

import org.jspecify.annotations.NullMarked;
