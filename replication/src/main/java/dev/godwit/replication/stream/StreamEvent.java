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
    record Message(PgOutputMessage message, Lsn lsn, int bytes) implements StreamEvent {}

    /**
     * A keepalive's position, delivered only between transactions: every commit before it was delivered before.
     *
     * @param lsn the position
     */
    record Position(Lsn lsn) implements StreamEvent {}
}
