package dev.godwit.replication.stream;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;

/** What a stream delivers, in the order of the server. */
public sealed interface StreamEvent {

    /**
     * A decoded message.
     *
     * @param message the message
     * @param lsn the position it came with; not ordered between transactions
     * @param bytes its size on the wire
     */
    record Message(PgOutputMessage message, Lsn lsn, int bytes) implements StreamEvent {

        /** Half of the smallest region of G1: an array of this size or more gets regions of its own, the last one unfilled. */
        private static final int LARGE_BYTES = 512 << 10;

        /**
         * What the message takes on the heap at most, without what the virtual machine adds to each object.
         *
         * @return bytes: the size on the wire, for a large message twice as much
         */
        public long heapBytes() {
            return bytes < LARGE_BYTES ? bytes : 2L * bytes;
        }
    }

    /**
     * A keepalive's position, delivered only between transactions: every commit before it was delivered before.
     *
     * @param lsn the position
     */
    record Position(Lsn lsn) implements StreamEvent {}
}
