package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SnapshotSession;
import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.JoinStore.Join;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.TableRows;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How tables join a stream that goes on meanwhile: they are copied under a snapshot of their own, a stream of their own (a second
 * slot and publication) follows it, and when it is close, the migration's stream takes them over.
 *
 * <p>Why each change arrives exactly once. A table's copy holds the transactions whose commit record starts before C, the consistent
 * point of the second slot, and the second stream delivers those from C on. While it runs, the first one leaves the table out
 * (its sync point lies behind every position). To hand over, the first one is stopped at its stored position M: it has applied every
 * commit before M, and none from M on. Then the second one is waited for until every commit before M is durable, and stopped; its
 * stored position is S, which means that nothing at or beyond max(S, M) was applied by it and everything before that was: before S,
 * because S is stored in the transactions that apply; before M, because that was waited for. X = max(S, M) becomes the table's sync
 * point in one target transaction that forgets the second stream. The first one goes on from M, leaves out changes of the table
 * before X, which are there, and applies those from X on, all of which it gets, as X is not before M. It is sent them because the
 * table was in its publication before C: membership is looked up as of the change's own position.
 *
 * <p>With several appliers that holds where all of them stand at M, and is waited for where they do not, after a failure; what is apart
 * has one applier.
 *
 * <p>Each step finds out from what is recorded what is to be done. A process that dies before all copies are committed leaves
 * tables that the next one empties and copies under another snapshot; later, only the second stream is taken up again.
 */
final class TableJoin {
    private static final Logger LOG = LoggerFactory.getLogger(TableJoin.class);
    private static final Set<Join> ON_THEIR_WAY = EnumSet.of(Join.REQUESTED, Join.JOINING, Join.APART);
    private static final String NO_SLOT_FREE = "53400";

    private final RunContext context;
    private final JoinStore joins;

    TableJoin(RunContext context) {
        this.context = context;
        this.joins = new JoinStore(context.plan().name(), context.state());
    }

    /**
     * Tables that the migration's stream has to leave out.
     *
     * @param pending those that are not in it yet
     * @param gone those that the source does not have any more
     */
    record LeftOut(Set<TableName> pending, Set<TableName> gone) {
        Set<TableName> all() {
            Set<TableName> all = new TreeSet<>(pending);
            all.addAll(gone);
            return all;
        }
    }

    /** Reads which tables the migration's stream has to leave out, be it for now or for good. */
    static LeftOut leftOut(RunContext context) throws SQLException {
        try (Connection target = context.plan().target().open()) {
            Map<TableName, Join> open = new JoinStore(context.plan().name(), context.state()).open(target);
            return new LeftOut(select(open, ON_THEIR_WAY), select(open, EnumSet.of(Join.GONE)));
        }
    }

    private static Set<TableName> select(Map<TableName, Join> open, Set<Join> wanted) {
        Map<TableName, Join> selected = new TreeMap<>(open);
        selected.values().retainAll(wanted);
        return selected.keySet();
    }

    /** Makes sure that those of the tables are copied that are to join; gives those that are apart now, none if there are none any more. */
    Set<TableName> copy(Set<TableName> wanted) throws SQLException, InterruptedException {
        Map<TableName, Join> open;
        try (Connection target = context.plan().target().open()) {
            open = joins.open(target);
            open.values().retainAll(ON_THEIR_WAY);
            open.keySet().retainAll(wanted);
            joins.adoptProgress(target);
        }
        if (!open.containsValue(Join.APART) || open.containsValue(Join.JOINING)) {
            return copyAll(open.keySet());
        }
        open.values().retainAll(EnumSet.of(Join.APART));
        finish(List.of(), existing(open.keySet()), null);
        return open.keySet();
    }

    private List<Table> existing(Set<TableName> names) {
        return SnapshotPhase.copyable(context.catalog().tables()).stream()
                .filter(table -> names.contains(table.name()))
                .toList();
    }

    private Set<TableName> copyAll(Set<TableName> names) throws SQLException, InterruptedException {
        MigrationRecord record = context.state().record();
        String slot = JoinStore.asideName(record.slot());
        Leftovers.removeAside(context.plan().source(), record);
        List<Table> tables = prepare(names);
        if (tables.isEmpty()) {
            return Set.of();
        }
        List<RelationName> relations =
                tables.stream().map(SnapshotPhase::relation).toList();
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            Map<RelationName, TableRows> parts = WantedParts.byRelation(context.parts());
            String aside = JoinStore.asideName(record.publication());
            Publication.create(source, aside, relations, parts);
            Traces.leave(source, aside, context.plan().name(), context.plan().target());
            Publication.add(source, record.publication(), relations, parts);
            context.watch().published(source, target, SnapshotPhase.ids(tables));
        }
        Set<TableName> copied = tables.stream().map(Table::name).collect(Collectors.toCollection(TreeSet::new));
        try (SnapshotSession snapshot = snapshot(slot, List.copyOf(copied))) {
            try (Connection target = context.plan().target().open()) {
                ProgressTable.initialise(
                        target,
                        JoinStore.asideOf(context.plan().name()),
                        snapshot.consistentPoint(),
                        context.state().ownership().epoch());
            }
            finish(tables, List.of(), snapshot);
        }
        return copied;
    }

    private SnapshotSession snapshot(String slot, List<TableName> tables) throws SQLException {
        try {
            return SnapshotSession.create(context.plan().source(), slot, false, tables);
        } catch (SQLException e) {
            if (NO_SLOT_FREE.equals(e.getSQLState())) {
                throw new MigrationException(
                        null,
                        "no replication slot is free on the source, and tables that join take a second one: drop one that"
                                + " nobody needs, or raise max_replication_slots, then ask again",
                        e);
            }
            throw e;
        }
    }

    /**
     * What changes from here on is noticed: shapes are captured before the tables are looked at, and they before the snapshot. Gives
     * the tables as they are now, empty on the target.
     */
    private List<Table> prepare(Set<TableName> names) throws SQLException {
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            target.setAutoCommit(false);
            joins.forgetProgress(target);
            RelationShapes.of(context.plan().name())
                    .capture(
                            source,
                            target,
                            names.stream()
                                    .map(name -> new RelationName(name.schema(), name.name()))
                                    .toList(),
                            WantedParts.byRelation(context.parts()));
            Set<Long> ids = CatalogReader.read(source, names::contains).tables().stream()
                    .map(Table::oid)
                    .collect(Collectors.toSet());
            context.watch().recapture(source, target, ids);
            List<Table> tables = SnapshotPhase.copyable(
                    CatalogReader.read(source, names::contains).tables());
            dropMissing(target, names, tables);
            Set<TableName> left = tables.stream().map(Table::name).collect(Collectors.toSet());
            requireFit(source, target, left);
            empty(target, tables);
            joins.move(target, left, Join.JOINING);
            target.commit();
            return tables;
        }
    }

    private void dropMissing(Connection target, Set<TableName> names, List<Table> tables) throws SQLException {
        Set<TableName> missing = new TreeSet<>(names);
        tables.forEach(table -> missing.remove(table.name()));
        if (!missing.isEmpty()) {
            joins.move(target, missing, Join.GONE);
            context.publish(new MigrationEvent.Warning(
                    context.plan().name(),
                    Instant.now(),
                    "tables that were to join do not exist on the source any more, and are not migrated: " + missing
                            + "; drop them on the target"));
        }
    }

    private static void requireFit(Connection source, Connection target, Set<TableName> names) throws SQLException {
        List<String> problems = TargetSchemaCheck.problems(
                CatalogReader.read(source, names::contains), CatalogReader.read(target, names::contains));
        if (!problems.isEmpty()) {
            throw new MigrationException(
                    null,
                    "the target does not fit: " + String.join("; ", problems)
                            + "; adapt it, then ask again (addTable, copyAfresh)",
                    null);
        }
    }

    /** What is there is of an earlier copy of this migration; who asks for a table makes sure of that. */
    private static void empty(Connection target, List<Table> tables) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            for (Table table : tables) {
                String name = "ONLY " + table.name().quoted();
                statement.execute((isReferenced(target, table) ? "DELETE FROM " : "TRUNCATE ") + name);
            }
        }
    }

    private static boolean isReferenced(Connection target, Table table) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint"
                + " WHERE contype = 'f' AND confrelid = ?::regclass AND conrelid <> confrelid)")) {
            query.setString(1, table.name().quoted());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Rows, keys and indexes, statistics; what of it is done already is left out. */
    private void finish(List<Table> toCopy, List<Table> copied, @Nullable SnapshotSession snapshot)
            throws SQLException, InterruptedException {
        List<Table> all = toCopy.isEmpty() ? copied : toCopy;
        SchemaPlan steps = JoinPlan.of(
                        context, joins, all.stream().map(Table::name).toList())
                .steps();
        SnapshotPhase.copy(context).run(toCopy, copied, steps, snapshot);
        try (Connection target = context.plan().target().open();
                Statement statement = target.createStatement()) {
            context.watch().copied(target, all.stream().map(Table::oid).toList());
            for (Table table : all) {
                statement.execute("ANALYZE " + table.name().quoted());
            }
        }
    }

    /** Where and from where the tables that are apart are followed. */
    ApplySession.Stream stream(Set<TableName> tables) throws SQLException {
        MigrationRecord record = context.state().record();
        String progress = JoinStore.asideOf(context.plan().name());
        Lsn everything = Lsn.ZERO;
        return new ApplySession.Stream(
                "godwit-" + context.plan().name() + "-aside",
                JoinStore.asideName(record.slot()),
                JoinStore.asideName(record.publication()),
                tables.stream()
                        .collect(Collectors.toMap(
                                table -> new RelationName(table.schema(), table.name()), table -> everything)),
                ProgressTable.of(progress, context.state().ownership().epoch()),
                1);
    }

    /** Records that the first stream, which stands at a position, has taken over what the second one has applied. */
    void handOver(Lsn position) throws SQLException {
        ProgressTable aside = ProgressTable.of(
                JoinStore.asideOf(context.plan().name()),
                context.state().ownership().epoch());
        try (Connection target = context.plan().target().open()) {
            target.setAutoCommit(false);
            Lsn followed = aside.read(target);
            LOG.info(
                    "{}: the stream takes tables over; it stands at {}, theirs at {}",
                    context.plan().name(),
                    position,
                    followed);
            joins.handOver(target, Lsn.max(position, followed));
            target.commit();
        }
        Leftovers.removeAside(context.plan().source(), context.state().record());
    }

    /** Builds foreign keys, triggers and what else follows on tables that have joined; nothing is applied meanwhile. */
    void complete() throws SQLException, InterruptedException {
        try (Connection target = context.plan().target().open()) {
            Map<TableName, Join> open = joins.open(target);
            open.values().retainAll(EnumSet.of(Join.JOINED));
            if (open.isEmpty()) {
                return;
            }
            JoinPlan plan = JoinPlan.of(context, joins, open.keySet());
            for (SchemaStage stage : CatchUpPhase.STAGES) {
                context.schema().execute(context.plan().target(), plan.steps(), stage);
            }
            target.setAutoCommit(false);
            joins.complete(target, open.keySet(), plan.tables());
            target.commit();
            for (TableName table : open.keySet()) {
                context.publish(new MigrationEvent.TableJoined(context.plan().name(), Instant.now(), table.toString()));
            }
        }
    }
}
