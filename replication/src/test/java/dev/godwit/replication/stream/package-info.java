/** Streams read from real servers, without a target. */
@NullMarked
package dev.godwit.replication.stream;

import org.jspecify.annotations.NullMarked;
