package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables that the user wants to join the stream: new ones, and known ones that are to be copied afresh. A request is recorded on
 * the target before the call returns; the run's thread sees to it. Any thread may call.
 */
public final class TableRequests {
    private static final Set<MigrationPhase> APPLYING =
            EnumSet.of(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);

    private final MigrationPlan plan;
    private final StateStore state;
    private final PhaseMachine phases;
    private final JoinRequests requests;
    private final RunVerification verification;

    TableRequests(
            MigrationPlan plan,
            StateStore state,
            PhaseMachine phases,
            JoinRequests requests,
            RunVerification verification) {
        this.plan = plan;
        this.state = state;
        this.phases = phases;
        this.requests = requests;
        this.verification = verification;
    }

    private interface Request {
        boolean record(Connection source, Connection target) throws SQLException;
    }

    /** Adds tables that were created since; tells whether there was something to add. A run that is paused stays so. */
    public boolean add(Collection<String> names) {
        boolean added = request(
                "add tables",
                (source, target) ->
                        new AddedTables(plan, state, new JoinStore(plan.name(), state)).record(source, target, names));
        if (added) {
            phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
        }
        return added;
    }

    /** Asks for copies; the run is not ready any more, nor paused for what they make good, until they are made. */
    public void copyAfresh(Collection<String> names) {
        request(
                "copy tables afresh",
                (source, target) ->
                        new FreshCopies(state, new JoinStore(plan.name(), state)).record(source, target, names));
        if (!phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP)) {
            phases.goOnAfterCause();
        }
    }

    private boolean request(String what, Request request) {
        // Ahead of the look at the phase: either a cutover that begins just now sees this, or it is seen here.
        requests.reserve();
        try {
            return record(what, request);
        } finally {
            requests.release();
        }
    }

    private boolean record(String what, Request request) {
        if (!APPLYING.contains(phases.position())) {
            throw refused(what, "that is possible while changes are applied, not in " + phases.position(), null);
        }
        // What a verification looks at must not be emptied meanwhile; one that begins later leaves these tables out.
        verification.exclude("given tables to add, or to copy afresh");
        try (Connection source = plan.source().open();
                Connection target = plan.target().open()) {
            boolean recorded = request.record(source, target);
            if (recorded || requests.isOpen()) {
                // Also where nothing was recorded now: what has failed is tried again.
                requests.ask();
            }
            return recorded;
        } catch (SQLException e) {
            throw refused(what, String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw refused(what, String.valueOf(e.getMessage()), null);
        } catch (MigrationException e) {
            throw refused(what, String.valueOf(e.getMessage()), e);
        } finally {
            verification.permit();
        }
    }

    private MigrationException refused(String what, String why, @Nullable Throwable cause) {
        return new MigrationException(
                phases.phase(), "migration '" + plan.name() + "' cannot " + what + ": " + why, cause);
    }
}
