/**
 * The target's schema during a migration: steps of the plan executed with their marks, what has to differ while changes are
 * applied, and whether everything is there that the copy needs. What the steps are is decided in module {@code schema}.
 */
@NullMarked
package dev.godwit.internal.schema;

import org.jspecify.annotations.NullMarked;
