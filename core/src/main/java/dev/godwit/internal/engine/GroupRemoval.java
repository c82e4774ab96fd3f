package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the migrations of a group that no process runs. Who owns all of them at once knows that nobody decides anything any more; a
 * member that still has to learn the outcome of a cutover keeps everything as it is.
 *
 * @param plans the migrations
 * @param clean whether the targets are to be what they were before
 */
record GroupRemoval(List<MigrationPlan> plans, boolean clean) {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRemoval.class);

    List<CleanUpReport> run() {
        Map<MigrationPlan, StateStore> owned = new LinkedHashMap<>();
        try {
            for (MigrationPlan plan : plans) {
                own(plan, owned);
            }
            for (StateStore state : owned.values()) {
                state.groups().requireNoVote();
            }
            List<CleanUpReport> reports = new ArrayList<>();
            for (MigrationPlan plan : plans) {
                StateStore state = owned.get(plan);
                reports.add(state == null ? Removal.of(plan, clean).cleanUp(plan) : cleanUp(plan, state));
            }
            return reports;
        } finally {
            owned.forEach(GroupRemoval::release);
        }
    }

    private CleanUpReport cleanUp(MigrationPlan plan, StateStore state) {
        try {
            state.groups().forgetDecisions();
        } catch (SQLException e) {
            throw notCleanedUp(plan, e);
        }
        return Removal.of(plan, clean).cleanUp(state);
    }

    private static void own(MigrationPlan plan, Map<MigrationPlan, StateStore> owned) {
        try {
            if (Registration.peek(plan).isPresent()) {
                owned.put(plan, StateStore.succeed(plan.target(), plan.name()));
            }
        } catch (SQLException e) {
            throw notCleanedUp(plan, e);
        }
    }

    private static MigrationException notCleanedUp(MigrationPlan plan, SQLException e) {
        return new MigrationException(
                null, "migration '" + plan.name() + "' could not be cleaned up: " + e.getMessage(), e);
    }

    private static void release(MigrationPlan plan, StateStore state) {
        try {
            state.close();
        } catch (SQLException e) {
            LOG.debug("{}: closing the owning session: {}", plan.name(), e.getMessage());
        }
    }
}
