package dev.godwit.internal.cutover;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.internal.state.Sealing;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.ProgressTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cutover in which an earlier process died: the record tells whether it is to be finished or undone.
 *
 * @param context of this process
 * @param retry does again what fails for a reason that may pass
 */
public record InterruptedCutover(CutoverContext context, Retry retry) {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptedCutover.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Does something until it succeeds, or fails for a reason that cannot pass. */
    public interface Retry {
        /** Does it, and gives what it gives. */
        <T> T call(Callable<T> action) throws Exception;
    }

    /**
     * Finishes it if it was decided, else opens the source again; tells whether it is finished. A decision behind which somebody has
     * written at the source is taken back, as long as traffic cannot have been switched: what was written is applied then.
     */
    public boolean finishOrUndo() throws Exception {
        MigrationRecord record = retry.call(() -> settled(context.state().settledRecord()));
        Lsn end = record.endLsn();
        CutoverStep step = record.cutoverStep();
        if (end == null || (step != CutoverStep.DECIDED && step != CutoverStep.SWITCHING)) {
            if (step != null) {
                open();
            }
            tellStay();
            return false;
        }
        retry.call(() -> {
            Sealing sealing = new Sealing(false, context.state().sealing().mark());
            context.plan().cutover().fence().reclose(context.fenceContext(PATIENCE, sealing));
            return true;
        });
        Optional<String> late = lateWrite(record, end);
        if (late.isPresent() && step == CutoverStep.DECIDED) {
            warn(
                    late.get()
                            + " at the source, which was closed, by a session that overrides that, behind the end of a decided"
                            + " cutover in which a process died. Traffic was not switched: the cutover is undone, and the change is applied");
            retry.call(() -> {
                Undo.takeBackDecision(context);
                return true;
            });
            open();
            tellStay();
            return false;
        }
        late.ifPresent(write ->
                warn(write + " at the source, which was closed, by a session that overrides that, behind the end of"
                        + " a cutover in which a process died. Traffic may be on the target already, so the cutover is finished: the target"
                        + " lacks this change, and perhaps others that came behind it; bring them over by hand"));
        retry.call(() -> {
            context.state().recordCutoverStep(CutoverStep.SWITCHING);
            return true;
        });
        // What the user's switch throws is the user's to look at.
        context.plan()
                .cutover()
                .trafficSwitch()
                .switchToTarget(new SwitchContext(context.plan().name(), end, true));
        return true;
    }

    /** Tells what nobody has looked for since the process died. A log that is gone keeps nobody from finishing. */
    private Optional<String> lateWrite(MigrationRecord record, Lsn end) throws Exception {
        try {
            return retry.call(() -> new LateWrites(context.plan().source(), record, applied()).first(end));
        } catch (ReplicationException | SQLException e) {
            warn(
                    "whether somebody has written at the source behind the end of a decided cutover, in which a process died, cannot be"
                            + " told: " + WithoutValues.message(e) + ". The cutover is finished");
            return Optional.empty();
        }
    }

    private Lsn applied() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            return ProgressTable.of(
                            context.plan().name(), context.state().ownership().epoch())
                    .read(target);
        }
    }

    /**
     * Opens the source, unless it was closed before, or somebody else has closed it since. Where no step is recorded nobody of this
     * migration has closed it.
     */
    private void open() throws Exception {
        Sealing sealing = retry.call(() -> {
            Sealing recorded = context.state().sealing();
            context.plan().cutover().fence().reopen(context.fenceContext(PATIENCE, recorded));
            context.state().recordCutoverStep(null);
            return recorded;
        });
        if (!sealing.closedBefore()) {
            if (retry.call(() -> ClosedSource.isClosed(context))) {
                warn(ClosedSource.SINCE + ClosedSource.TO_OPEN);
            }
        } else {
            warn(
                    "the source was closed for writes before the cutover in which a process died, and not by it, so it is left closed."
                            + ClosedSource.TO_OPEN);
        }
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
        } catch (Exception | Error e) {
            warn("a cutover in which a process died was undone, and traffic could not be told so: "
                    + WithoutValues.message(e));
        }
    }

    private void warn(String message) {
        LOG.warn("{}: {}", context.plan().name(), message);
        context.events().accept(new MigrationEvent.Warning(context.plan().name(), Instant.now(), message));
    }
}
