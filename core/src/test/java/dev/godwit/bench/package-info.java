/** The benchmark of the copy: {@code ./mvnw -q -Pbench verify -Dbench=copy}. */
@NullMarked
package dev.godwit.bench;

import org.jspecify.annotations.NullMarked;
