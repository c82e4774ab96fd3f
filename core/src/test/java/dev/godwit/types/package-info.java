/** Values of every type, by the copy and by the stream, under settings that would change their text. */
@NullMarked
package dev.godwit.types;

import org.jspecify.annotations.NullMarked;
