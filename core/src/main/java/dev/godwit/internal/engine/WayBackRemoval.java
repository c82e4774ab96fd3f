package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.result.CleanUpReport;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what the way back took, when it has ended, and what there is of the way there: first on the new server, since the slot costs
 * there; the old one may be gone for good. What stays is told, and removed when the migration is resumed once more.
 */
record WayBackRemoval(RunCore core) {
    private static final Logger LOG = LoggerFactory.getLogger(WayBackRemoval.class);

    /** Does it as far as possible; gives what is gone, and what is not. */
    CleanUpReport run(MigrationPhase ended) {
        List<String> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        try {
            fromNew(core.state().record(), removed, left);
        } catch (SQLException | RuntimeException e) {
            left.add("slot and publication of the way back on the target (" + e.getMessage() + ")");
        }
        core.dropLeftovers(removed).ifPresent(left::add);
        try {
            fromOld(ended != MigrationPhase.ROLLED_BACK, removed, left);
        } catch (SQLException | RuntimeException e) {
            left.add(
                    "schema godwit on the source (" + e.getMessage()
                            + "); if the server is gone for good there is nothing to do, else by hand: DROP SCHEMA godwit CASCADE");
        }
        left.forEach(this::tell);
        return new CleanUpReport(core.name(), removed, left);
    }

    private void fromNew(MigrationRecord record, List<String> removed, List<String> left) {
        try {
            ReverseStream.remove(core.origin().target(), record, removed);
        } catch (SQLException | RuntimeException e) {
            String name = ReverseStream.nameOf(record);
            left.add("slot and publication " + name + " on the target (" + e.getMessage() + "); by hand: "
                    + Leftovers.byHand(name, name));
        }
    }

    private void fromOld(boolean restore, List<String> removed, List<String> left) throws SQLException {
        Optional<String> another = SourceIdentity.of(
                        core.name(), core.origin().source(), core.state().record())
                .another();
        if (another.isPresent()) {
            left.add("what is remembered of the way back on the old server: " + another.get()
                    + ", where nothing was touched; if the old server is gone for good there is nothing to do");
            return;
        }
        new Mirror(core.name(), core.origin().target(), core.origin().source(), core.state()).remove(restore, removed);
    }

    private void tell(String left) {
        String message = left + "; Migration.resume() tries again";
        LOG.warn("{}: {}", core.name(), message);
        core.events().publish(new MigrationEvent.Warning(core.name(), Instant.now(), message));
    }
}
