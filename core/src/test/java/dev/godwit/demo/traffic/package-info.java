/** Clerks that rent, take back and take money over several connections, and a journal of what the server acknowledged. */
@NullMarked
package dev.godwit.demo.traffic;

import org.jspecify.annotations.NullMarked;
