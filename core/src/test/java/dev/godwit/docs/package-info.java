/** The README's snippets as compiled tests, and the tests that hold the README equal to the code. */
@NullMarked
package dev.godwit.docs;

import org.jspecify.annotations.NullMarked;
