package dev.godwit.internal.engine;

import dev.godwit.internal.copy.LargeObjectAccess;
import dev.godwit.internal.copy.LargeObjects;
import dev.godwit.internal.copy.SnapshotSession;
import dev.godwit.internal.copy.TimeLimit;
import dev.godwit.internal.copy.UnloggedTables;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in no stream, unlogged tables and large objects: copied once so that the target can be tried, and again by each cutover. What
 * was copied is not marked as done; who is interrupted copies the tables again, and of the objects what is missing.
 */
record UnstreamedData(RunContext context) {
    private static final Logger LOG = LoggerFactory.getLogger(UnstreamedData.class);

    /** Copies unlogged tables, as one snapshot sees them: that of the other tables, if they are copied now. */
    void copyTables(@Nullable SnapshotSession snapshot) throws SQLException, InterruptedException {
        UnloggedTables tables = new UnloggedTables(context.catalog(), context.parts());
        if (tables.isEmpty()) {
            return;
        }
        context.tuning().check();
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            if (snapshot == null) {
                source.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                source.setAutoCommit(false);
            } else {
                snapshot.join(source);
            }
            tables.copyFreestanding(source, target);
        }
    }

    /** Copies those with foreign keys, which must have been built. */
    void copyReferringTables() throws SQLException, InterruptedException {
        UnloggedTables tables = new UnloggedTables(context.catalog(), context.parts());
        if (tables.isEmpty()) {
            return;
        }
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            source.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            source.setAutoCommit(false);
            tables.copyReferring(source, target);
        }
    }

    void copyLargeObjects() throws SQLException {
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            LargeObjects.Pass pass = new LargeObjects(
                            context.plan().name(),
                            LargeObjectAccess.of(context.plan().preparer().carried()),
                            context.state().ownership(),
                            context.tuning()::check)
                    .equalize(source, target, TimeLimit.none());
            if (pass.seen() > 0) {
                LOG.info(
                        "{}: {} of {} large objects copied, {} bytes",
                        context.plan().name(),
                        pass.copied(),
                        pass.seen(),
                        pass.bytes());
            }
        }
    }
}
