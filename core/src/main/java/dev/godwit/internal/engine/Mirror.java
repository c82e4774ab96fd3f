package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.state.TableRecord;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the old server remembers of the way back, in a schema {@code godwit} of its own: the same as a target does, since it is one
 * on that way. It is made when the cutover is over, and so lets the same engine run with the roles swapped: what is applied there
 * commits with its position, and a rollback is decided in the transaction that makes the old server fit for traffic.
 *
 * @param name the migration's name
 * @param fresh the new server, which is the source on the way back
 * @param old the old server
 * @param main the memory of the migration itself, on the new server
 */
record Mirror(String name, ServerConnections fresh, ServerConnections old, StateStore main) {

    /** Gives that of a migration whose roles are swapped. */
    static Mirror of(MigrationPlan back, StateStore main) {
        return new Mirror(back.name(), back.source(), back.target(), main);
    }

    /**
     * Owns it; makes it first if it is not there, or not complete. Another server, or one that was promoted, may lack what was sent, and
     * there is no way to learn what.
     */
    StateStore open() throws SQLException {
        Registration.requireSameSource(name, old, main.record());
        Optional<MigrationRecord> known = peek();
        if (known.isPresent()) {
            Registration.requireSameSource(name, fresh, known.get());
        }
        StateStore state = known.isPresent() ? StateStore.succeed(old, name) : StateStore.register(old, name, record());
        try {
            if (state.record().consistentLsn() == null) {
                fill(state);
            } else {
                try (Connection session = old.open()) {
                    ProgressTable.takeOver(session, name, state.ownership().epoch());
                }
            }
            return state;
        } catch (SQLException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** Gives what is remembered; refuses if that is something else. */
    private Optional<MigrationRecord> peek() throws SQLException {
        try (Connection session = old.open()) {
            Optional<MigrationRecord> known = StateStore.peek(session, name);
            String slot = ReverseStream.nameOf(main.record());
            if (known.isPresent() && !known.get().slot().equals(slot)) {
                throw new MigrationException(
                        MigrationPhase.REVERSE_SYNC,
                        "the old server remembers another migration '" + name + "', to itself (slot "
                                + known.get().slot()
                                + "); Migration.cleanUp() of that one makes place for the way back",
                        null);
            }
            return known;
        }
    }

    private MigrationRecord record() throws SQLException {
        SystemIdentity identity = SystemIdentity.of(fresh);
        String slot = ReverseStream.nameOf(main.record());
        return new MigrationRecord(
                identity.systemIdentifier(),
                identity.timeline(),
                identity.database(),
                slot,
                slot,
                MigrationPhase.CATCH_UP,
                null,
                null,
                null,
                null);
    }

    /** As if all tables that are streamed had been copied at the point where the way back begins. */
    private void fill(StateStore state) throws SQLException {
        Lsn start = main.record().reverseLsn();
        if (start == null) {
            throw new IllegalStateException("no way back was prepared");
        }
        try (Connection source = fresh.open();
                Connection session = old.open()) {
            Set<RelationName> relations = Publication.tables(source, ReverseStream.nameOf(main.record()));
            Map<TableName, TableRecord> records = new TreeMap<>();
            for (RelationName relation : relations) {
                records.put(new TableName(relation.schema(), relation.name()), new TableRecord(start, 0, 0));
            }
            Set<TableName> all = main.tables().all();
            Set<TableName> others = new HashSet<>(all);
            others.removeAll(records.keySet());
            state.tables().record(records.keySet(), others, Map.of());
            Catalog catalog = CatalogReader.read(source, all::contains);
            RelationShapes.create(session);
            ProgressTable.create(session);
            session.setAutoCommit(false);
            RelationShapes.of(name).capture(source, session, relations, Map.of());
            new SchemaWatch(name, state, all::contains).capture(source, session, catalog);
            state.marks().recordCopied(session, records);
            state.marks().recordStep(session, CatchUpPhase.BUILT);
            rememberLargeObjects(session);
            ProgressTable.initialise(session, name, start, state.ownership().epoch());
            state.recordConsistentLsn(session, start);
            session.commit();
        }
    }

    /** They are all the migration's, which has made the target's equal to them; each is compared again before a rollback. */
    private void rememberLargeObjects(Connection session) throws SQLException {
        try (PreparedStatement statement =
                session.prepareStatement("INSERT INTO godwit.large_object (migration, oid, mark)"
                        + " SELECT ?, oid, '' FROM pg_catalog.pg_largeobject_metadata")) {
            statement.setString(1, name);
            statement.executeUpdate();
        }
    }

    /**
     * Forgets it, as far as it is there.
     *
     * @param restore whether triggers and identities are put back, as a rollback has done
     */
    void remove(boolean restore, List<String> removed) throws SQLException {
        if (peek().isEmpty()) {
            if (StateStore.forgetRemains(old, name)) {
                removed.add("what was still remembered of the way back on the source");
            }
            return;
        }
        try (StateStore state = StateStore.succeed(old, name)) {
            if (restore) {
                try (Connection session = old.open()) {
                    session.setAutoCommit(false);
                    new TargetAdjustments(name, state.ownership()).restore(session);
                    session.commit();
                }
            }
            state.forget();
            removed.add("what was remembered of the way back on the source");
        }
    }
}
