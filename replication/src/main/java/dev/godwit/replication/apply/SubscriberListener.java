package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.Map;

/**
 * Observes a subscriber. Called on its applying thread, between transactions, so it must return at once; what it throws is
 * logged and otherwise ignored.
 */
public interface SubscriberListener {

    /**
     * A batch of whole source transactions was committed on the target.
     *
     * @param batch what was in it
     */
    default void committed(ApplyCounters batch) {}

    /**
     * Applying begins, for the first time or after a failure: what is counted on the target as of now.
     *
     * @param stored the counts, per table under its name on the target
     */
    default void counting(Map<RelationName, ChangeCounts> stored) {}

    /**
     * What a batch that was committed has added to the counts on the target; told before {@link #committed}.
     *
     * @param added the counts, per table under its name on the target
     */
    default void counted(Map<RelationName, ChangeCounts> added) {}

    /**
     * A change that did not fit was recorded instead of being applied, and is committed; told before the batch that it was
     * in. Of the conflicts of one source transaction the first 10,000 are told, all are in the table.
     *
     * @param conflict what did not fit, without row values
     */
    default void conflictRecorded(RecordedConflict conflict) {}

    /**
     * A failure that may pass; both connections are closed and will be opened again.
     *
     * @param failure what happened, without row values
     * @param attempt how many failures there were in a row, from 1 on
     */
    default void reconnecting(Exception failure, int attempt) {}

    /** After {@link #reconnecting}: both connections are open again, and the stream begins. */
    default void reconnected() {}
}
