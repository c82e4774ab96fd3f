/** A DVD-rental business that moves from PostgreSQL 13 to 17 while it is open; {@link dev.godwit.demo.RentalDemo} runs it. */
@NullMarked
package dev.godwit.demo;

import org.jspecify.annotations.NullMarked;
