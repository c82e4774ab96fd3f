/**
 * The messages of the output plugin pgoutput, protocol version 1, and their decoder: bytes in, message out, no I/O.
 *
 * <p>Enter by {@link dev.godwit.replication.pgoutput.PgOutputDecoder}. Everything is immutable or stateless and may be used
 * by any thread. What a message means for a target does not belong here.
 */
@NullMarked
package dev.godwit.replication.pgoutput;

import org.jspecify.annotations.NullMarked;
