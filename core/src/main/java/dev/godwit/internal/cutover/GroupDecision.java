package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.GroupTables;
import dev.godwit.internal.state.GroupTables.State;
import dev.godwit.internal.state.GroupVote;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision of a group's cutover, on the target of the member that coordinates it. Each change is one statement that commits by
 * itself and has a condition on what was there; where its answer is lost it is asked for again.
 *
 * @param coordinator opens connections to the coordinator's target
 * @param vote which decision
 */
public record GroupDecision(ServerConnections coordinator, GroupVote vote) {
    private static final Logger LOG = LoggerFactory.getLogger(GroupDecision.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration TO_ACKNOWLEDGE = Duration.ofSeconds(5);

    /** How long the coordinator's server may take to answer. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration AGAIN = Duration.ofMillis(200);

    /** A change that can be made twice. */
    private interface Change {
        Optional<State> on(Connection connection) throws SQLException;
    }

    /** Names an attempt whose decision is recorded with one of its members. */
    public static GroupDecision of(String group, String attempt, String coordinator, ServerConnections target)
            throws SQLException {
        SystemIdentity identity = SystemIdentity.of(target);
        return new GroupDecision(
                target, new GroupVote(group, attempt, coordinator, identity.systemIdentifier(), identity.database()));
    }

    /** Records that there is something to decide, before any member binds itself to it; none of them is bound to anything. */
    void open(List<String> members) throws SQLException {
        try (Connection connection = coordinator.open()) {
            GroupTables.create(connection);
            GroupTables.forgetEarlier(connection, vote, members);
            GroupTables.open(connection, vote, members);
        }
    }

    /** Decides, unless somebody has abandoned it; tells whether it is decided. */
    boolean decide() throws InterruptedException {
        try (Connection connection = session()) {
            return isDecided(GroupTables.change(connection, vote.attempt(), List.of(State.OPEN), State.DECIDED));
        } catch (SQLException e) {
            LOG.warn("{}: the decision's answer was lost; asking again: {}", vote.group(), WithoutValues.message(e));
            // What has not arrived by then finds it abandoned.
            return isDecided(insist(connection ->
                    GroupTables.change(connection, vote.attempt(), List.of(State.OPEN), State.ABANDONED)));
        }
    }

    /** Abandons what nobody has gone on from; tells whether it is abandoned, so that the members may be undone. */
    boolean retract() throws InterruptedException {
        return !isDecided(insist(connection ->
                GroupTables.change(connection, vote.attempt(), List.of(State.OPEN, State.DECIDED), State.ABANDONED)));
    }

    /** As a member that is recovered: tells whether it has to take over. */
    boolean conclude() throws InterruptedException {
        Optional<State> state = insist(connection ->
                GroupTables.exist(connection) ? GroupTables.conclude(connection, vote.attempt()) : Optional.empty());
        return isDecided(state);
    }

    private boolean isDecided(Optional<State> state) {
        State known = state.orElseThrow(() -> new MigrationException(
                MigrationPhase.CUTOVER,
                "the outcome of the cutover of group '" + vote.group() + "' is not recorded any more in database '"
                        + vote.database() + "' of " + coordinator + ", with migration '" + vote.coordinator()
                        + "': if one of the group's members has COMPLETED, set cutover_step to SWITCHING in godwit.migration on"
                        + " the targets of the others, else to SEALING, then resume them",
                null));
        return known == State.DECIDED || known == State.FINAL;
    }

    /** Does it until the server answers; nobody may go on or back before. */
    private Optional<State> insist(Change change) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection connection = session()) {
                requireSame(connection);
                return change.on(connection);
            } catch (SQLException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new MigrationException(
                            MigrationPhase.CUTOVER,
                            "whether the cutover of group '" + vote.group() + "' was decided is recorded in database '"
                                    + vote.database() + "' of " + coordinator + ", which does not answer ("
                                    + WithoutValues.message(e)
                                    + "); the source stays closed until it is known. Resume when that server answers",
                            e);
                }
                LockSupport.parkNanos(AGAIN.toNanos());
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while asking for a group's decision");
                }
            }
        }
    }

    /** All sources are closed while its answer is waited for. */
    private Connection session() throws SQLException {
        Connection connection = coordinator.open();
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
        return connection;
    }

    private void requireSame(Connection connection) throws SQLException {
        if (!connection.getCatalog().equals(vote.database())) {
            throw new MigrationException(
                    MigrationPhase.CUTOVER,
                    "the outcome of the cutover of group '" + vote.group() + "' is recorded in database '"
                            + vote.database()
                            + "' of system " + vote.system() + ", and " + coordinator + " is database '"
                            + connection.getCatalog()
                            + "'; let the group's migrations have the targets that they began with",
                    null);
        }
    }

    /** Takes note that members know the outcome, for which no writer waits. What stays if that fails is in nobody's way but a clean-up's. */
    void acknowledge(List<String> members) {
        try {
            new Insistence(TO_ACKNOWLEDGE).run(() -> {
                try (Connection connection = session()) {
                    GroupTables.acknowledge(connection, vote.attempt(), members);
                    return members;
                }
            });
        } catch (Exception e) {
            LOG.info(
                    "{}: that {} know(s) the outcome of the cutover could not be recorded with {}: {}",
                    vote.group(),
                    members,
                    vote.coordinator(),
                    WithoutValues.message(e));
        }
    }
}
