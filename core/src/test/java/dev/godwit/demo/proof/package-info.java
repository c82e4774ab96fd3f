/** Checks after a cutover that nothing was lost, doubled or changed; plain SQL, independent of what moved the data. */
@NullMarked
package dev.godwit.demo.proof;

import org.jspecify.annotations.NullMarked;
