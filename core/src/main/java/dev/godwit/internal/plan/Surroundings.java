package dev.godwit.internal.plan;

import dev.godwit.replication.ServerConnections;
import java.util.Map;
import java.util.Optional;

/**
 * What is around a migration: its target's server, and the group that it is a member of.
 *
 * @param database the target's database
 * @param turn when it may do what weighs on the servers
 * @param members for each member of the group, this one included, connections to its target; empty without a group
 */
public record Surroundings(TargetDatabase database, Turn turn, Map<String, ServerConnections> members) {

    public Surroundings {
        members = Map.copyOf(members);
    }

    /** Gives those of a migration that is on its own. */
    public static Surroundings alone(TargetDatabase database) {
        return new Surroundings(database, Turn.always(), Map.of());
    }

    /** Gives those of a member of a group. */
    public Surroundings inGroup(Turn own, Map<String, ServerConnections> all) {
        return new Surroundings(database, own, all);
    }

    /** Gives connections to the target of a member of the same group; empty if there is none of that name. */
    public Optional<ServerConnections> member(String migration) {
        return Optional.ofNullable(members.get(migration));
    }
}
