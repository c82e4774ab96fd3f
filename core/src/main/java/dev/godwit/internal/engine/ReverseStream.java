package dev.godwit.internal.engine;

import dev.godwit.internal.state.EventTriggers;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publication and slot on the target, through which the old server is kept in step after the cutover. They are made ahead of the
 * write pause: making a slot waits for open transactions. What the slot sees until the decision came from the source; so the
 * stream is begun where the target's log ended behind the decision, see {@link WayBackSwitch}. Used by one thread.
 */
final class ReverseStream {
    private static final Logger LOG = LoggerFactory.getLogger(ReverseStream.class);
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(30);

    private static final String CHOSEN_IDENTITIES = """
            SELECT n.nspname, c.relname, CASE c.relreplident WHEN 'f' THEN 'FULL' ELSE 'USING INDEX ' || (
                       SELECT quote_ident(x.relname) FROM pg_catalog.pg_index i
                         JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                        WHERE i.indrelid = c.oid AND i.indisreplident) END
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN unnest(?::text[], ?::text[]) AS w (nspname, relname) ON w.nspname = n.nspname AND w.relname = c.relname
             WHERE c.relreplident IN ('f', 'i') AND c.relkind = 'r'
            """;

    private static final String UNIDENTIFIED = """
            SELECT n.nspname || '.' || c.relname
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN unnest(?::text[], ?::text[]) AS w (nspname, relname) ON w.nspname = n.nspname AND w.relname = c.relname
             WHERE c.relkind = 'r' AND c.relreplident <> 'f' AND NOT EXISTS (
                       SELECT FROM pg_catalog.pg_index i
                        WHERE i.indrelid = c.oid
                          AND CASE c.relreplident WHEN 'd' THEN i.indisprimary AND i.indimmediate
                                                  WHEN 'i' THEN i.indisreplident ELSE false END)
             ORDER BY 1
            """;

    private static final String PRESENT = """
            SELECT n.nspname, c.relname
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN unnest(?::text[], ?::text[]) AS w (nspname, relname) ON w.nspname = n.nspname AND w.relname = c.relname
             WHERE c.relkind = 'r'
            """;

    private final RunContext run;
    private final String name;

    ReverseStream(RunContext run) throws SQLException {
        this.run = run;
        this.name = nameOf(run.state().record());
    }

    /** Gives what slot and publication are called, both. */
    static String nameOf(MigrationRecord record) {
        return record.slot() + "_back";
    }

    /** Makes publication and slot; those of an earlier attempt make place. */
    void prepare() throws SQLException {
        try (Connection source = run.plan().source().open();
                Connection target = run.plan().target().open()) {
            Set<TableName> tables = present(source, target);
            carryIdentities(source, target, tables);
            requireIdentities(target, tables);
            ReplicationSlots.drop(target, name, SLOT_TIMEOUT);
            List<RelationName> relations = tables.stream()
                    .map(table -> new RelationName(table.schema(), table.name()))
                    .toList();
            if (Publication.exists(target, name)
                    && !new TreeSet<>(relations).containsAll(Publication.tables(target, name))) {
                Publication.drop(target, name);
            }
            if (Publication.exists(target, name)) {
                Publication.add(target, name, relations, Map.of());
            } else {
                Publication.create(target, name, relations);
            }
            Traces.leave(target, name, run.plan().name(), run.plan().source());
        }
        Connection replication = run.plan().target().openReplication();
        try (replication;
                ExportedSnapshot slot = ReplicationSlots.create(replication, name, false, SLOT_TIMEOUT)) {
            LOG.info("{}: slot {} for the way back begins at {}", run.plan().name(), name, slot.consistentPoint());
        }
    }

    /** Gives the tables that were copied, without those that were dropped since, on both sides. */
    private Set<TableName> present(Connection source, Connection target) throws SQLException {
        Set<TableName> copied = run.state().tables().copied().keySet();
        Set<TableName> present = present(target, copied);
        Set<TableName> missing = new TreeSet<>(copied);
        missing.removeAll(present);
        missing.retainAll(present(source, copied));
        if (!missing.isEmpty()) {
            throw new IllegalStateException("tables of the source are missing on the target: " + missing
                    + "; make them there, and have them copied by copyAfresh, then cut over again");
        }
        return present;
    }

    private static Set<TableName> present(Connection connection, Collection<TableName> tables) throws SQLException {
        Set<TableName> present = new TreeSet<>();
        try (PreparedStatement query = connection.prepareStatement(PRESENT)) {
            bind(query, tables);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    present.add(new TableName(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return present;
    }

    /** By what rows are known that are updated or deleted is no matter of the copy, and so may be missing on the target. */
    private void carryIdentities(Connection source, Connection target, Collection<TableName> tables)
            throws SQLException {
        Map<TableName, String> wanted = chosen(source, tables);
        wanted.entrySet().removeAll(chosen(target, tables).entrySet());
        if (wanted.isEmpty()) {
            return;
        }
        try (Statement statement = target.createStatement()) {
            statement.execute("SET lock_timeout = '5s'");
            for (Map.Entry<TableName, String> identity : wanted.entrySet()) {
                statement.execute(
                        "ALTER TABLE ONLY " + identity.getKey().quoted() + " REPLICA IDENTITY " + identity.getValue());
            }
            statement.execute("SET lock_timeout = 0");
        }
    }

    private static Map<TableName, String> chosen(Connection connection, Collection<TableName> tables)
            throws SQLException {
        Map<TableName, String> chosen = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(CHOSEN_IDENTITIES)) {
            bind(query, tables);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    chosen.put(new TableName(rows.getString(1), rows.getString(2)), rows.getString(3));
                }
            }
        }
        return chosen;
    }

    /** Once it is published, the applications' own UPDATE and DELETE of such a table would fail on the target. */
    private static void requireIdentities(Connection target, Collection<TableName> tables) throws SQLException {
        List<String> missing = new ArrayList<>();
        try (PreparedStatement query = target.prepareStatement(UNIDENTIFIED)) {
            bind(query, tables);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    missing.add(rows.getString(1));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException("tables on the target have no replica identity, as the way back needs: "
                    + missing + "; give them a primary key that is not deferrable, or ALTER TABLE … REPLICA IDENTITY"
                    + " FULL there, then cut over again");
        }
    }

    private static void bind(PreparedStatement query, Collection<TableName> tables) throws SQLException {
        query.setArray(
                1,
                query.getConnection()
                        .createArrayOf(
                                "text", tables.stream().map(TableName::schema).toArray()));
        query.setArray(
                2,
                query.getConnection()
                        .createArrayOf(
                                "text", tables.stream().map(TableName::name).toArray()));
    }

    /** After a cutover that was undone: the slot would only keep log on the target. The next attempt makes another one. */
    void disarm() {
        try (Connection target = run.plan().target().open()) {
            ReplicationSlots.drop(target, name, SLOT_TIMEOUT);
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "{}: slot {} stays on the target until the next cutover: {}",
                    run.plan().name(),
                    name,
                    e.getMessage());
        }
    }

    /** Drops slot and publication, as far as they exist. */
    static void remove(ServerConnections target, MigrationRecord record, List<String> removed) throws SQLException {
        String name = nameOf(record);
        try (Connection connection = target.open()) {
            boolean slot = ReplicationSlots.state(connection, name).isPresent();
            boolean publication = Publication.exists(connection, name);
            ReplicationSlots.drop(connection, name, SLOT_TIMEOUT);
            if (publication) {
                EventTriggers.unseen(connection, () -> Publication.drop(connection, name));
            }
            if (slot) {
                removed.add("slot " + name + " on the target");
            }
            if (publication) {
                removed.add("publication " + name + " on the target");
            }
        }
    }
}
