/** A live display of a migration in the terminal: events to a model, a model to lines, lines to the screen. */
@NullMarked
package dev.godwit.demo.display;

import org.jspecify.annotations.NullMarked;
