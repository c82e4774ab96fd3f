package dev.godwit.internal.cutover;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/**
 * A cutover in which an earlier process died: the record tells whether it is to be finished or undone.
 *
 * @param context of this process
 * @param retry does again what fails for a reason that may pass
 */
public record InterruptedCutover(CutoverContext context, Retry retry) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Does something until it succeeds, or fails for a reason that cannot pass. */
    public interface Retry {
        /** Does it, and gives what it gives. */
        <T> T call(Callable<T> action) throws Exception;
    }

    /** Finishes it if it was decided, else opens the source again; tells whether it is finished. */
    public boolean finishOrUndo() throws Exception {
        MigrationRecord record = retry.call(() -> settled(context.state().settledRecord()));
        Lsn end = record.endLsn();
        if (record.cutoverStep() == CutoverStep.DECIDED && end != null) {
            retry.call(() -> {
                context.plan().cutover().fence().reclose(context.fenceContext(PATIENCE));
                return true;
            });
            // What the user's switch throws is the user's to look at.
            context.plan()
                    .cutover()
                    .trafficSwitch()
                    .switchToTarget(new SwitchContext(context.plan().name(), end, true));
            return true;
        }
        retry.call(() -> {
            context.plan().cutover().fence().reopen(context.fenceContext(PATIENCE));
            context.state().recordCutoverStep(null);
            return true;
        });
        tellStay();
        return false;
    }

    /** A member of a group asks for the outcome; what is read again tells it then. */
    private MigrationRecord settled(MigrationRecord record) throws SQLException, InterruptedException {
        Lsn end = record.endLsn();
        if (record.cutoverStep() != CutoverStep.PREPARED || end == null) {
            return record;
        }
        new PreparedMember(context).settle(end);
        return context.state().settledRecord();
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
}
