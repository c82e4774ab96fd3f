package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.GroupVote;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A member of a group that had bound itself to the group's decision when its process died: it asks for the outcome where that is
 * recorded, and records it with itself.
 */
record PreparedMember(CutoverContext context) {

    /** Records SWITCHING if it has to take over, else SEALING: the target is unfit for traffic then, and the source still closed. */
    void settle(Lsn end) throws SQLException, InterruptedException {
        GroupVote vote = context.state().groups().vote();
        GroupDecision decision = new GroupDecision(coordinator(vote), vote);
        boolean decided = decision.conclude();
        if (decided) {
            try (Connection target = context.plan().target().open()) {
                target.setAutoCommit(false);
                context.state().recordGroupDecision(target, end);
                target.commit();
            }
        } else {
            Undo.takeBackDecision(context);
        }
        decision.acknowledge(List.of(context.plan().name()));
    }

    /** The group knows its members; who is resumed alone finds the coordinator if that is on the same server as its own target. */
    private ServerConnections coordinator(GroupVote vote) throws SQLException {
        Optional<ServerConnections> known = context.plan().surroundings().member(vote.coordinator());
        if (known.isPresent() && leadsTo(SystemIdentity.of(known.get()), vote)) {
            return known.get();
        }
        if (SystemIdentity.of(context.plan().target()).systemIdentifier().equals(vote.system())) {
            return context.plan().surroundings().database().neighbour(vote.database());
        }
        throw new MigrationException(
                MigrationPhase.CUTOVER,
                "migration '" + context.plan().name() + "' is prepared for the cutover of group '" + vote.group()
                        + "', whose outcome is recorded with migration '" + vote.coordinator() + "' in database '"
                        + vote.database() + "' of system " + vote.system()
                        + ", another server than this migration's target; resume the group (MigrationGroup.resume()), which"
                        + " knows how to reach it",
                null);
    }

    private static boolean leadsTo(SystemIdentity identity, GroupVote vote) {
        return identity.systemIdentifier().equals(vote.system())
                && identity.database().equals(vote.database());
    }
}
