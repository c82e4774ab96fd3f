/** Cutovers under the fire of clients and faults: nothing is lost or done twice, and never do both sides take writes. */
@NullMarked
package dev.godwit.race;

import org.jspecify.annotations.NullMarked;
