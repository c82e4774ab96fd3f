/** Scenarios on real servers, one class per edge case. */
@NullMarked
package dev.godwit.replication.apply;

import org.jspecify.annotations.NullMarked;
