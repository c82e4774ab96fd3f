package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether somebody has made something on the target with which changes cannot be applied, as who brings DDL over does,
 * and adjusts it beside the stream. Used by the run's thread.
 */
final class TargetPoll {
    private static final Logger LOG = LoggerFactory.getLogger(TargetPoll.class);

    private final RunContext context;
    private long dueNanos = System.nanoTime();

    /** What could not be adjusted, and why, as it was told. */
    private String failed = "";

    TargetPoll(RunContext context) {
        this.context = context;
    }

    /** Looks, if it is time for that. What is locked for long is tried again. */
    void poll() throws SQLException {
        if (System.nanoTime() - dueNanos < 0) {
            return;
        }
        dueNanos =
                System.nanoTime() + context.plan().apply().schemaCheckInterval().toNanos();
        Predicate<TableName> tables = context.plan().tables();
        if (!context.state().ask(session -> TargetAdjustments.isMissing(session, tables))) {
            return;
        }
        String name = context.plan().name();
        Map<String, Boolean> adjusted;
        try (Connection target = context.plan().target().open()) {
            adjusted = context.adjustments().adjustNow(target, tables, this::isApplying);
            failed = "";
        } catch (SQLException e) {
            tolerate(e);
            return;
        }
        adjusted.forEach((object, mayHaveFired) -> {
            if (mayHaveFired) {
                String message = object + " was enabled on the target while changes are applied, and is disabled until"
                        + " the cutover, which gives it the state that the source's has then. If changes were applied in between, it has"
                        + " fired for them: verify what it writes to (MigrationRun.verify)";
                LOG.warn("{}: {}", name, message);
                context.publish(new MigrationEvent.Warning(name, Instant.now(), message));
            } else {
                LOG.info("{}: {} of the target takes all values until the cutover", name, object);
            }
        });
    }

    /** Who has the table locked lets it go, and who may not alter it is given the right; both are told once. */
    private void tolerate(SQLException e) throws SQLException {
        if (PassingFailure.isOutOfReach(e)) {
            throw e;
        }
        String message = String.valueOf(e.getMessage());
        if (!message.equals(failed)) {
            failed = message;
            LOG.warn("{}: {}; it is tried again", context.plan().name(), message);
        }
    }

    /** A cutover may have begun meanwhile, and makes the target what it is to be. */
    private boolean isApplying(Connection target) throws SQLException {
        try (PreparedStatement query =
                target.prepareStatement("SELECT phase IN (?, ?) FROM godwit.migration WHERE name = ?")) {
            query.setString(1, MigrationPhase.CATCH_UP.name());
            query.setString(2, MigrationPhase.READY_TO_CUTOVER.name());
            query.setString(3, context.plan().name());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
