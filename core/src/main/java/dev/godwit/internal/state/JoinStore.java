package dev.godwit.internal.state;

import dev.godwit.replication.Lsn;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is remembered of tables that join a stream that is being applied. Each call runs in the transaction of its connection.
 *
 * @param migration the migration's name
 * @param state the migration's memory
 */
public record JoinStore(String migration, StateStore state) {

    /** How far a table is; what is not on its way is not here. */
    public enum Join {
        /** It is to be copied; the stream leaves it out. */
        REQUESTED,
        /** It is empty on the target, and about to be copied under the present snapshot. */
        JOINING,
        /** Its copy is committed, and a stream of its own follows it. */
        APART,
        /** The migration's stream has taken it over; foreign keys and triggers are not there yet. */
        JOINED,
        /** It does not exist on the source any more; what the stream still holds of it is left out. */
        GONE
    }

    /** Marks a table whose schema this migration made, and not the user, until everything is built on it. */
    private static final String MARK = "join ";

    /** Not a name that a migration can have. */
    private static final String ASIDE = "/aside";

    private static final int NAME_LENGTH = 56;
    private static final Object[] ANY =
            Arrays.stream(Join.values()).map(Enum::name).toArray();

    /** Gives the name of the progress of tables that are apart. */
    public static String asideOf(String migration) {
        return migration + ASIDE;
    }

    /** Gives the name of the slot, or publication, of tables that are apart. */
    public static String asideName(String object) {
        return object.substring(0, Math.min(NAME_LENGTH, object.length())) + "_aside";
    }

    /** Reads the tables that are on their way. */
    public Map<TableName, Join> open(Connection target) throws SQLException {
        Map<TableName, Join> open = new TreeMap<>();
        try (PreparedStatement query = target.prepareStatement("SELECT schema_name, table_name, state"
                + " FROM godwit.table_state WHERE migration = ? AND state = ANY (?)")) {
            query.setString(1, migration);
            query.setArray(2, target.createArrayOf("text", ANY));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    open.put(new TableName(row.getString(1), row.getString(2)), Join.valueOf(row.getString(3)));
                }
            }
        }
        return open;
    }

    /** Asks for a table to join, be it new or known. */
    public void request(Connection target, TableName table) throws SQLException {
        insert(target, table, Join.REQUESTED.name());
    }

    /** Takes all tables back to the beginning that are being copied or followed, if some of them are among those given. */
    public void restart(Connection target, Collection<TableName> tables) throws SQLException {
        Map<TableName, Join> open = open(target);
        open.values().retainAll(EnumSet.of(Join.JOINING, Join.APART));
        if (tables.stream().anyMatch(open::containsKey)) {
            move(target, open.keySet(), Join.REQUESTED);
        }
    }

    /** Records a table that holds no rows. */
    public void addParent(Connection target, TableName table) throws SQLException {
        insert(target, table, "NOT_COPIED");
    }

    private void insert(Connection target, TableName table, String initial) throws SQLException {
        try (PreparedStatement insert = target.prepareStatement("INSERT INTO godwit.table_state"
                + " (migration, schema_name, table_name, state) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (migration, schema_name, table_name) DO UPDATE SET state = excluded.state")) {
            bind(insert, 1, table);
            insert.setString(4, initial);
            insert.executeUpdate();
        }
        state.ownership().require(target);
    }

    private void bind(PreparedStatement statement, int index, TableName table) throws SQLException {
        statement.setString(index, migration);
        statement.setString(index + 1, table.schema());
        statement.setString(index + 2, table.name());
    }

    /** Records that tables on their way have come somewhere else. */
    public void move(Connection target, Collection<TableName> tables, Join to) throws SQLException {
        for (TableName table : tables) {
            try (PreparedStatement update = target.prepareStatement("UPDATE godwit.table_state SET state = ?"
                    + " WHERE migration = ? AND schema_name = ? AND table_name = ? AND state = ANY (?)")) {
                update.setString(1, to.name());
                bind(update, 2, table);
                update.setArray(5, target.createArrayOf("text", ANY));
                update.executeUpdate();
            }
        }
        state.ownership().require(target);
    }

    /** Records from which point on the migration's stream has what was apart, and forgets the progress that it had there. */
    public void handOver(Connection target, Lsn point) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.table_state SET state = 'JOINED',"
                + " synced_lsn = ? WHERE migration = ? AND state = 'APART'")) {
            update.setString(1, point.toString());
            update.setString(2, migration);
            update.executeUpdate();
        }
        forgetProgress(target);
    }

    /** Forgets how far the tables that are apart were applied. */
    public void forgetProgress(Connection target) throws SQLException {
        try (PreparedStatement delete =
                target.prepareStatement("DELETE FROM godwit.apply_progress WHERE migration = ?")) {
            delete.setString(1, asideOf(migration));
            delete.executeUpdate();
        }
        state.ownership().require(target);
    }

    /** Takes over how far an earlier process has applied the tables that are apart. */
    public void adoptProgress(Connection target) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.apply_progress SET epoch = ? WHERE migration = ? AND epoch < ?")) {
            update.setLong(1, state.ownership().epoch());
            update.setString(2, asideOf(migration));
            update.setLong(3, state.ownership().epoch());
            update.executeUpdate();
        }
        state.ownership().require(target);
    }

    /** Records that everything is built on tables that have joined. */
    public void complete(Connection target, Collection<TableName> joined, Collection<TableName> built)
            throws SQLException {
        for (TableName table : joined) {
            try (PreparedStatement update = target.prepareStatement("UPDATE godwit.table_state SET state = 'COPIED'"
                    + " WHERE migration = ? AND schema_name = ? AND table_name = ? AND state = 'JOINED'")) {
                bind(update, 1, table);
                update.executeUpdate();
            }
        }
        forgetSteps(target, built.stream().map(table -> MARK + table.quoted()).toList());
        state.ownership().require(target);
    }

    /** Marks a table whose schema this migration makes. */
    public void mark(Connection target, TableName table) throws SQLException {
        String id = MARK + table.quoted();
        forgetSteps(target, Set.of(id));
        state.marks().recordStep(target, id);
    }

    /** Of some tables, gives those that are marked. */
    public Set<TableName> marked(Connection target, Collection<TableName> tables) throws SQLException {
        Map<String, TableName> marks =
                tables.stream().collect(Collectors.toMap(table -> MARK + table.quoted(), table -> table));
        Set<TableName> marked = new TreeSet<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT id FROM godwit.schema_step WHERE migration = ? AND id LIKE '" + MARK + "%'")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    TableName table = marks.get(row.getString(1));
                    if (table != null) {
                        marked.add(table);
                    }
                }
            }
        }
        return marked;
    }

    /** Forgets that steps are done: those of a former table of the same name. */
    public void forgetSteps(Connection target, Collection<String> ids) throws SQLException {
        try (PreparedStatement delete =
                target.prepareStatement("DELETE FROM godwit.schema_step WHERE migration = ? AND id = ANY (?)")) {
            delete.setString(1, migration);
            delete.setArray(2, target.createArrayOf("text", ids.toArray()));
            delete.executeUpdate();
        }
    }
}
