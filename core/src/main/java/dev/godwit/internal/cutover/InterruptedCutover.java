package dev.godwit.internal.cutover;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.WithoutValues;
import java.time.Duration;
import java.time.Instant;

/** A cutover in which an earlier process died: the record tells whether it is to be finished or undone. */
public record InterruptedCutover(CutoverContext context) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Finishes it if it was decided, else opens the source again; tells whether it is finished. */
    public boolean finishOrUndo() throws Exception {
        MigrationRecord record = context.state().settledRecord();
        Lsn end = record.endLsn();
        CutoverStep step = record.cutoverStep();
        if (step == CutoverStep.PREPARED && end != null) {
            step = new PreparedMember(context).settle(end);
        }
        if (step == CutoverStep.DECIDED && end != null) {
            context.plan().cutover().fence().reclose(context.fenceContext(deadline()));
            context.plan()
                    .cutover()
                    .trafficSwitch()
                    .switchToTarget(new SwitchContext(context.plan().name(), end, true));
            return true;
        }
        context.plan().cutover().fence().reopen(context.fenceContext(deadline()));
        context.state().recordCutoverStep(null);
        tellStay();
        return false;
    }

    /** Whoever died may have had clients held back. */
    private void tellStay() throws InterruptedException {
        String name = context.plan().name();
        try {
            context.plan().cutover().trafficSwitch().stayOnSource(new SwitchContext(name, Lsn.ZERO, true));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            context.events()
                    .accept(new MigrationEvent.Warning(
                            name,
                            Instant.now(),
                            "the source takes writes again after a cutover in which a process died, and traffic could not be"
                                    + " told so: " + WithoutValues.message(e)));
        }
    }

    private static Instant deadline() {
        return Instant.now().plus(PATIENCE);
    }
}
