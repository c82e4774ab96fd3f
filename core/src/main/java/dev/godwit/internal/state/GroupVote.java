package dev.godwit.internal.state;

/**
 * To which decision a migration is bound that is cut over together with others.
 *
 * @param group the group's name
 * @param attempt identifies this attempt to cut the group over, among all of all groups
 * @param coordinator the member that records the decision on its target
 * @param system the system identifier of that target
 * @param database the name of that target's database
 */
public record GroupVote(String group, String attempt, String coordinator, String system, String database) {}
