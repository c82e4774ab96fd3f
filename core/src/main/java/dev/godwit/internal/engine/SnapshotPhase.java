package dev.godwit.internal.engine;

import dev.godwit.internal.copy.SnapshotCopy;
import dev.godwit.internal.copy.SnapshotSession;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Publication, slot, snapshot, copy, and what is built on each table. The slot's name is recorded before the slot exists, its
 * consistent point after: a slot without a recorded point is a leftover of a process that died, and is made anew.
 */
final class SnapshotPhase {
    private static final Duration SLOT_DROP_TIMEOUT = Duration.ofSeconds(30);

    private final RunContext context;

    SnapshotPhase(RunContext context) {
        this.context = context;
    }

    void run() throws SQLException, InterruptedException {
        context.tuning().check();
        MigrationRecord record = context.state().record();
        Set<TableName> done = context.state().tables().copied().keySet();
        List<Table> copied = new ArrayList<>();
        List<Table> toCopy = new ArrayList<>();
        for (Table table : copyable(context.catalog().tables())) {
            (done.contains(table.name()) ? copied : toCopy).add(table);
        }
        adjustTarget();
        UnstreamedData unstreamed = new UnstreamedData(context);
        try (Snapshot snapshot = snapshot(record, toCopy)) {
            unstreamed.copyTables(snapshot.session());
            copy(context).run(toCopy, copied, withStatistics(), snapshot.session());
        }
        unstreamed.copyLargeObjects();
    }

    /** Triggers of tables that are there already would fire for what is copied. */
    private void adjustTarget() throws SQLException {
        try (Connection target = context.plan().target().open()) {
            target.setAutoCommit(false);
            context.adjustments()
                    .adjust(target, context.plan().tables(), context.plan().source());
            target.commit();
        }
    }

    static SnapshotCopy copy(RunContext context) throws SQLException {
        return new SnapshotCopy(
                context.plan().name(),
                context.tuning().copy(),
                new SnapshotCopy.Endpoints(
                        context.plan().source(), context.plan().target(), context.parts()),
                context.state(),
                context.guard(),
                new CopyEvents(context));
    }

    /** Tables whose rows are copied and streamed; the others are parents of partitions, or in no stream. */
    static List<Table> copyable(List<Table> tables) {
        return tables.stream()
                .filter(table -> table.kind() == Table.Kind.ORDINARY)
                .filter(table -> table.persistence() == Table.Persistence.PERMANENT)
                .toList();
    }

    /** A snapshot session, or none where every table is copied. */
    private record Snapshot(@Nullable SnapshotSession session) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            if (session != null) {
                session.close();
            }
        }
    }

    private Snapshot snapshot(MigrationRecord record, List<Table> toCopy) throws SQLException {
        if (record.consistentLsn() == null) {
            return new Snapshot(first(record, toCopy));
        }
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            requireSlot(record, source, target);
        }
        return new Snapshot(toCopy.isEmpty() ? null : another(record, toCopy));
    }

    /** The publication first, then the locks, then the slot: see the package documentation of the replication module. */
    private SnapshotSession first(MigrationRecord record, List<Table> toCopy) throws SQLException {
        SnapshotSession session;
        try {
            publish(record, toCopy);
            session = locked(record.slot(), false, toCopy);
        } catch (MigrationException e) {
            // Nothing is copied yet, and whoever resumes makes them anew; if one has taken over, they are his.
            try {
                context.state().requireOwner();
                Leftovers.remove(context.plan().source(), record);
            } catch (SQLException | RuntimeException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        try (Connection target = context.plan().target().open()) {
            ProgressTable.create(target);
            target.setAutoCommit(false);
            ProgressTable.initialise(
                    target,
                    context.plan().name(),
                    session.consistentPoint(),
                    context.state().ownership().epoch());
            context.state().recordConsistentLsn(target, session.consistentPoint());
            target.commit();
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void publish(MigrationRecord record, List<Table> toCopy) throws SQLException {
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            ReplicationSlots.drop(source, record.slot(), SLOT_DROP_TIMEOUT);
            if (!Publication.exists(source, record.publication())) {
                Publication.create(
                        source,
                        record.publication(),
                        toCopy.stream().map(SnapshotPhase::relation).toList(),
                        WantedParts.byRelation(context.parts()));
            }
            Traces.leave(
                    source,
                    record.publication(),
                    context.plan().name(),
                    context.plan().target());
            context.watch().published(source, target, ids(toCopy));
        } catch (SQLException e) {
            ChangedNames.explain(context.plan().source(), toCopy, e);
            throw e;
        }
    }

    /** A snapshot of tables that have the names by which they are copied, and keep them. */
    private SnapshotSession locked(String slot, boolean temporary, List<Table> toCopy) throws SQLException {
        SnapshotSession session;
        try {
            session = SnapshotSession.create(context.plan().source(), slot, temporary, names(toCopy));
        } catch (SQLException e) {
            ChangedNames.explain(context.plan().source(), toCopy, e);
            throw e;
        }
        try {
            ChangedNames.requireNone(context.plan().source(), toCopy);
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private SnapshotSession another(MigrationRecord record, List<Table> toCopy) throws SQLException {
        String temporary = record.slot().substring(0, Math.min(record.slot().length(), 55)) + "_recopy";
        // It would have ended with its process, had the server not been busy making it.
        try (Connection source = context.plan().source().open()) {
            ReplicationSlots.drop(source, temporary, SLOT_DROP_TIMEOUT);
        }
        return locked(temporary, true, toCopy);
    }

    private void requireSlot(MigrationRecord record, Connection source, Connection target) throws SQLException {
        Lsn applied = context.progress().read(target);
        ReplicationSlots.ensureMatches(record.slot(), ReplicationSlots.state(source, record.slot()), applied);
        Publication.requireExists(source, record.publication());
    }

    static Set<Long> ids(List<Table> tables) {
        return tables.stream().map(Table::oid).collect(Collectors.toSet());
    }

    private static List<TableName> names(List<Table> tables) {
        return tables.stream().map(Table::name).toList();
    }

    static RelationName relation(Table table) {
        return new RelationName(table.name().schema(), table.name().name());
    }

    /** The plan's steps, and statistics for each table at the end of what is built on it. */
    private SchemaPlan withStatistics() {
        List<SchemaStep> steps = new ArrayList<>(context.schemaPlan().steps());
        for (Table table : context.catalog().tables()) {
            // A partitioned parent's ANALYZE does its partitions too.
            if (!table.isPartition()) {
                steps.add(new SchemaStep(
                        "analyze " + table.name(),
                        SchemaStage.AFTER_TABLE_COPY,
                        table.name(),
                        "ANALYZE " + table.name().quoted()));
            }
        }
        return new SchemaPlan(
                steps, context.schemaPlan().notCarried(), context.schemaPlan().needs());
    }
}
