package dev.godwit.internal.state;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of cutovers of several migrations: on each member's target to which decision it is bound, and on the
 * coordinator's the decision. They are made by the first such cutover of a target.
 *
 * <p>A decision is one row that changes by single statements, each with a condition on what it was, so that of several who want to
 * change it one wins. Calls run in the transaction of their connection.
 */
public final class GroupTables {
    private static final String CREATE = """
            SELECT pg_advisory_xact_lock(7166214, 0);
            CREATE TABLE IF NOT EXISTS godwit.group_vote (
                migration text PRIMARY KEY REFERENCES godwit.migration ON DELETE CASCADE,
                group_name text NOT NULL,
                attempt text NOT NULL,
                coordinator text NOT NULL,
                coordinator_system text NOT NULL,
                coordinator_database text NOT NULL);
            CREATE TABLE IF NOT EXISTS godwit.group_decision (
                attempt text PRIMARY KEY,
                group_name text NOT NULL,
                coordinator text NOT NULL REFERENCES godwit.migration,
                pending text[] NOT NULL,
                state text NOT NULL,
                created timestamptz NOT NULL DEFAULT now(),
                updated timestamptz NOT NULL DEFAULT now());
            """;

    /** How an attempt to cut a group over stands. */
    public enum State {
        /** Members prepare themselves; whoever takes one over may abandon it. */
        OPEN,
        /** All members take over; the process that decided it may still take it back. */
        DECIDED,
        /** All members take over, and nothing leads back: a member has gone on without the process that decided. */
        FINAL,
        /** No member takes over. */
        ABANDONED
    }

    private GroupTables() {}

    /** Makes the tables on the target of a migration that is recorded there. */
    public static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** Tells whether there ever was a cutover of a group here. */
    public static boolean exist(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('godwit.group_decision') IS NOT NULL")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static void recordVote(Connection connection, String migration, GroupVote vote) throws SQLException {
        forgetVote(connection, migration);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO godwit.group_vote (migration, group_name,"
                        + " attempt, coordinator, coordinator_system, coordinator_database) VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, migration);
            insert.setString(2, vote.group());
            insert.setString(3, vote.attempt());
            insert.setString(4, vote.coordinator());
            insert.setString(5, vote.system());
            insert.setString(6, vote.database());
            insert.executeUpdate();
        }
    }

    static void forgetVote(Connection connection, String migration) throws SQLException {
        if (!exist(connection)) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM godwit.group_vote WHERE migration = ?")) {
            delete.setString(1, migration);
            delete.executeUpdate();
        }
    }

    static Optional<GroupVote> vote(Connection connection, String migration) throws SQLException {
        if (!exist(connection)) {
            return Optional.empty();
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT group_name, attempt, coordinator,"
                + " coordinator_system, coordinator_database FROM godwit.group_vote WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new GroupVote(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)))
                        : Optional.empty();
            }
        }
    }

    /**
     * Forgets earlier attempts that were about no others than these, none of which waits for an outcome any more: who died in one of
     * them may have left it.
     */
    public static void forgetEarlier(Connection connection, GroupVote vote, List<String> settled) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM godwit.group_decision"
                + " WHERE coordinator = ? AND group_name = ? AND attempt <> ? AND pending <@ ?")) {
            delete.setString(1, vote.coordinator());
            delete.setString(2, vote.group());
            delete.setString(3, vote.attempt());
            delete.setArray(4, connection.createArrayOf("text", settled.toArray()));
            delete.executeUpdate();
        }
    }

    /** Records on the coordinator's target that members are going to bind themselves to its decision. */
    public static void open(Connection connection, GroupVote vote, List<String> members) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO godwit.group_decision (attempt,"
                + " group_name, coordinator, pending, state) VALUES (?, ?, ?, ?, 'OPEN')")) {
            insert.setString(1, vote.attempt());
            insert.setString(2, vote.group());
            insert.setString(3, vote.coordinator());
            insert.setArray(4, connection.createArrayOf("text", members.toArray()));
            insert.executeUpdate();
        }
    }

    /** Changes a decision if it stands as expected, and gives how it stands then; empty if it is not recorded. */
    public static Optional<State> change(Connection connection, String attempt, List<State> from, State to)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE godwit.group_decision"
                + " SET state = CASE WHEN state = ANY (?) THEN ? ELSE state END, updated = now()"
                + " WHERE attempt = ? RETURNING state")) {
            update.setArray(
                    1,
                    connection.createArrayOf(
                            "text", from.stream().map(State::name).toArray()));
            update.setString(2, to.name());
            update.setString(3, attempt);
            return state(update);
        }
    }

    /** Gives what a member that is recovered has to do: what was undecided is abandoned, what was decided final from now on. */
    public static Optional<State> conclude(Connection connection, String attempt) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE godwit.group_decision"
                + " SET state = CASE state WHEN 'OPEN' THEN 'ABANDONED' WHEN 'DECIDED' THEN 'FINAL' ELSE state END,"
                + " updated = now() WHERE attempt = ? RETURNING state")) {
            update.setString(1, attempt);
            return state(update);
        }
    }

    private static Optional<State> state(PreparedStatement update) throws SQLException {
        try (ResultSet row = update.executeQuery()) {
            return row.next() ? Optional.of(State.valueOf(row.getString(1))) : Optional.empty();
        }
    }

    /** Takes note that members know the outcome; when the last one does, it is forgotten. */
    public static void acknowledge(Connection connection, String attempt, List<String> members) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE godwit.group_decision SET updated = now(),"
                        + " pending = ARRAY(SELECT p FROM unnest(pending) p WHERE p <> ALL (?)) WHERE attempt = ?");
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM godwit.group_decision WHERE attempt = ? AND cardinality(pending) = 0")) {
            update.setArray(1, connection.createArrayOf("text", members.toArray()));
            update.setString(2, attempt);
            update.executeUpdate();
            delete.setString(1, attempt);
            delete.executeUpdate();
        }
    }

    /** Refuses while a migration waits for a decision that is recorded elsewhere. */
    static void requireNoVote(String migration, MigrationRecord record) {
        if (record.phase() == MigrationPhase.CUTOVER && record.cutoverStep() == CutoverStep.PREPARED) {
            throw new MigrationException(
                    record.phase(),
                    "migration '" + migration
                            + "' is prepared for the cutover of a group whose outcome it does not know;"
                            + " resume the group, or this migration, first",
                    null);
        }
    }

    /** Refuses while a member waits for a decision that is recorded here, or this one for one that is recorded elsewhere. */
    static void requireSettled(Connection connection, String migration, MigrationRecord record) throws SQLException {
        requireNoVote(migration, record);
        if (!exist(connection)) {
            return;
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT group_name, array_to_string(pending, ', ') FROM godwit.group_decision WHERE coordinator = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    throw new MigrationException(
                            record.phase(),
                            "the outcome of a cutover of group '" + row.getString(1)
                                    + "' is recorded with migration '" + migration
                                    + "', and these members may still have to learn it: " + row.getString(2)
                                    + "; resume the group first, or clean it up as a whole (MigrationGroup.cleanUp())",
                            null);
                }
            }
        }
    }

    static void forgetDecisions(Connection connection, String coordinator) throws SQLException {
        if (!exist(connection)) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM godwit.group_decision WHERE coordinator = ?")) {
            delete.setString(1, coordinator);
            delete.executeUpdate();
        }
    }
}
