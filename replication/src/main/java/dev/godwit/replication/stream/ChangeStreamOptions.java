package dev.godwit.replication.stream;

import dev.godwit.replication.Lsn;
import java.time.Duration;

/**
 * What a stream reads.
 *
 * @param slot the replication slot, of plugin pgoutput
 * @param publication the publication whose tables are sent
 * @param start where to begin: commits before it are not sent
 * @param queueBytes how many bytes may be read ahead of the consumer
 * @param decodingMemoryBytes how much memory the source may use to put transactions together, zero for its own setting
 * @param threadName the name of the thread that owns the socket
 * @param silence how long the server may send nothing although it is asked, before it is taken for gone
 */
public record ChangeStreamOptions(
        String slot,
        String publication,
        Lsn start,
        long queueBytes,
        long decodingMemoryBytes,
        String threadName,
        Duration silence) {

    /** How long the server may send nothing where nothing else is said. */
    public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(60);

    /**
     * Takes the default for the longest silence, and the source's own setting for its memory.
     *
     * @param slot the replication slot, of plugin pgoutput
     * @param publication the publication whose tables are sent
     * @param start where to begin: commits before it are not sent
     * @param queueBytes how many bytes may be read ahead of the consumer
     * @param threadName the name of the thread that owns the socket
     */
    public ChangeStreamOptions(String slot, String publication, Lsn start, long queueBytes, String threadName) {
        this(slot, publication, start, queueBytes, 0, threadName, DEFAULT_SILENCE);
    }

    /**
     * Checks the values.
     *
     * @param slot the replication slot, of plugin pgoutput
     * @param publication the publication whose tables are sent
     * @param start where to begin: commits before it are not sent
     * @param queueBytes how many bytes may be read ahead of the consumer
     * @param decodingMemoryBytes how much memory the source may use to put transactions together, zero for its own setting
     * @param threadName the name of the thread that owns the socket
     * @param silence how long the server may send nothing although it is asked, before it is taken for gone
     */
    public ChangeStreamOptions {
        if (!slot.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException("a slot's name is 1 to 63 of a-z, 0-9 and _, not '" + slot + "'");
        }
        if (decodingMemoryBytes < 0) {
            throw new IllegalArgumentException("decodingMemoryBytes must not be negative, is " + decodingMemoryBytes);
        }
        if (queueBytes <= 0) {
            throw new IllegalArgumentException("queueBytes must be positive, is " + queueBytes);
        }
    }
}
