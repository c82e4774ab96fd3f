package dev.godwit.internal.cutover;

import dev.godwit.internal.state.EventTriggers;
import dev.godwit.replication.Lsn;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What makes the target fit for traffic, in one transaction with the decision. Used by one thread. */
final class Takeover {
    private final CutoverContext context;
    private final SequenceSync sequences;
    private List<String> restoring = List.of();
    private SchemaSteps putting;

    /** Of the target, as they are before the cutover; null before they were read. */
    @Nullable
    private EventTriggers eventTriggers;

    /** Records how the cutover is decided, in the same transaction. */
    interface Recording {
        void record(Connection target) throws SQLException;
    }

    Takeover(CutoverContext context, SequenceSync sequences) {
        this.context = context;
        this.sequences = sequences;
        this.putting = new SchemaSteps(context.schemaPlan());
    }

    /** Reads ahead of the write pause what is to be done, and carries the sequences as they are now. */
    void prepare(Connection source, Connection target) throws SQLException {
        // What was made just now is remembered as well.
        context.adjustments().adjustNow(target, context.plan().tables(), session -> true);
        List<SchemaStep> steps = context.schemaPlan().steps(SchemaStage.AT_CUTOVER);
        Map<String, List<String>> instead = context.adjustments()
                .incomplete(source, target, steps.stream().map(SchemaStep::id).collect(Collectors.toSet()));
        putting = new SchemaSteps(new SchemaPlan(
                steps.stream().filter(step -> !instead.containsKey(step.id())).toList(), List.of()));
        restoring = new ArrayList<>(context.adjustments().toRestore(source, target));
        instead.values().forEach(restoring::addAll);
        eventTriggers = EventTriggers.read(target);
        sequences.look(source);
        sequences.carry(source, target);
    }

    /** Makes sure of what was carried, once everything is applied. */
    void carryAgain(Connection source, Connection target) throws SQLException {
        sequences.carryAgain(source, target);
    }

    /** Reads the sequences' last word: they move outside transactions and locks, but not in a database that is closed. */
    void lookAtSequences(Connection source) throws SQLException {
        sequences.look(source);
    }

    /**
     * Begins a transaction that makes the target fit, as far as that does not depend on what the source comes to. What puts things back
     * comes before what has the user's event triggers fire, so that none of them sees what we do.
     */
    void begin(Connection target) throws SQLException {
        target.setAutoCommit(false);
        boolean defines = !restoring.isEmpty() || !putting.isEmpty(SchemaStage.AT_CUTOVER);
        if (defines && eventTriggers != null) {
            eventTriggers.silence(target);
        }
        context.adjustments().restore(target, restoring);
        putting.run(target, SchemaStage.AT_CUTOVER);
        if (defines && eventTriggers != null) {
            eventTriggers.restore(target);
        }
    }

    /** Makes the target fit, in a transaction that the caller commits, which may have been begun before. */
    void run(Connection source, Connection target, Recording recording) throws SQLException {
        if (target.getAutoCommit()) {
            begin(target);
        }
        sequences.carry(source, target);
        recording.record(target);
    }

    /** Takes back what was done in the transaction, if one was begun. */
    void takeBack(Connection target) throws SQLException {
        if (!target.getAutoCommit()) {
            target.rollback();
            target.setAutoCommit(true);
        }
    }

    /** Records what a group has decided, for which the target was made fit before. */
    void settle(Lsn end) throws SQLException {
        try (Connection target = context.plan().target().open()) {
            target.setAutoCommit(false);
            context.state().recordGroupDecision(target, end);
            target.commit();
        }
    }
}
