package dev.godwit.internal.group;

import dev.godwit.event.MigrationListener;
import dev.godwit.internal.plan.MigrationPlan;
import java.util.List;

/**
 * What the builder of a group collected. Immutable.
 *
 * @param name the group's name
 * @param members the migrations, in their order
 * @param parallel how many at a time prepare the schema and copy
 * @param listeners who is told of all members' events
 */
public record GroupPlan(String name, List<MigrationPlan> members, int parallel, List<MigrationListener> listeners) {

    public GroupPlan {
        members = List.copyOf(members);
        listeners = List.copyOf(listeners);
    }
}
