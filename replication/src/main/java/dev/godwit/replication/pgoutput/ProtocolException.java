package dev.godwit.replication.pgoutput;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;

/** The stream holds something that protocol version 1 does not know; reading on would mean guessing. */
public final class ProtocolException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    /** The message's type byte. */
    private final char tag;

    /** Where in the message. */
    private final int offset;

    /** Where in the stream. */
    private final Lsn lsn;

    /**
     * Creates the failure.
     *
     * @param problem what was found instead of what
     * @param tag the type byte of the message, or a zero byte if it had none
     * @param offset the offset in the message, from its type byte on
     * @param lsn the position that the message came with
     */
    public ProtocolException(String problem, char tag, int offset, Lsn lsn) {
        super("cannot decode the pgoutput message "
                + (tag > ' ' && tag < 0x7F ? "'" + tag + "'" : "0x" + Integer.toHexString(tag))
                + " at " + lsn + ", offset " + offset + ": " + problem);
        this.tag = tag;
        this.offset = offset;
        this.lsn = lsn;
    }

    /**
     * Gives the type byte of the message.
     *
     * @return the byte as a character, zero if the message was empty
     */
    public char tag() {
        return tag;
    }

    /**
     * Gives the place in the message.
     *
     * @return the offset from the type byte on
     */
    public int offset() {
        return offset;
    }

    /**
     * Gives the place in the stream.
     *
     * @return the position that the message came with
     */
    public Lsn lsn() {
        return lsn;
    }
}
