package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's listener what happens; what that throws is logged, and never felt.
 *
 * @param name prefixes log lines
 * @param listener the user's
 */
record Observer(String name, SubscriberListener listener) {

    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    void committed(ApplyCounters batch) {
        tell(() -> listener.committed(batch));
    }

    void counting(Map<RelationName, ChangeCounts> stored) {
        tell(() -> listener.counting(stored));
    }

    void counted(Map<RelationName, ChangeCounts> added) {
        if (!added.isEmpty()) {
            tell(() -> listener.counted(added));
        }
    }

    void reconnecting(Exception failure, int attempt) {
        tell(() -> listener.reconnecting(failure, attempt));
    }

    void reconnected() {
        tell(listener::reconnected);
    }

    void recorded(List<RecordedConflict> conflicts) {
        for (RecordedConflict conflict : conflicts) {
            LOG.warn(
                    "{}: {} on table {} in the source transaction that committed at {}, key hash {}: not applied, but recorded"
                            + " in godwit.apply_exception",
                    name,
                    conflict.kind(),
                    conflict.table(),
                    conflict.commitLsn(),
                    conflict.keyHash());
            tell(() -> listener.conflictRecorded(conflict));
        }
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("{}: a listener failed", name, e);
        }
    }
}
