package dev.godwit.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the statements that make one list of privileges of another, in which each grant is made by who has made it on the source. */
final class PrivilegeWriter {

    /**
     * A privilege that only one of the two lists has.
     *
     * @param isGrant whether it is the list to be that has it
     * @param column the column that it is for, quoted; null for the whole object
     * @param grantor who has granted it; null for the object's owner
     * @param grantee who has it; null for everyone
     * @param privilege what it allows, such as {@code SELECT}
     * @param isGrantable whether it may be handed on
     * @param ofAll how many privileges there are on such an object
     */
    record Difference(
            boolean isGrant,
            @Nullable String column,
            @Nullable String grantor,
            @Nullable String grantee,
            String privilege,
            boolean isGrantable,
            int ofAll) {}

    private record Group(
            boolean isGrant,
            @Nullable String column,
            @Nullable String grantor,
            @Nullable String grantee,
            boolean isGrantable) {}

    private final TargetRoles roles;
    private final LeftOut leftOut = new LeftOut();

    PrivilegeWriter(TargetRoles roles) {
        this.roles = roles;
    }

    /** What is left out for want of a role. */
    LeftOut leftOut() {
        return leftOut;
    }

    /**
     * Writes the statements.
     *
     * @param label names what is written, for people
     * @param object such as {@code TABLE a.b}
     * @param prefix what stands before GRANT and REVOKE
     * @param differences in the order in which they were granted
     * @return empty if nothing is left to say
     */
    String write(String label, String object, String prefix, List<Difference> differences) {
        Map<Group, List<Difference>> groups = new LinkedHashMap<>();
        for (Difference difference : differences) {
            if (isPossible(label, difference)) {
                groups.computeIfAbsent(
                                new Group(
                                        difference.isGrant(),
                                        difference.column(),
                                        difference.grantor(),
                                        difference.grantee(),
                                        difference.isGrantable()),
                                key -> new ArrayList<>())
                        .add(difference);
            }
        }
        List<String> statements = new ArrayList<>();
        groups.forEach((group, members) -> {
            if (!group.isGrant()) {
                statements.add(statement(group, members, object, prefix));
            }
        });
        groups.forEach((group, members) -> {
            if (group.isGrant()) {
                statements.add(statement(group, members, object, prefix));
            }
        });
        return String.join("\n", statements);
    }

    private boolean isPossible(String label, Difference difference) {
        String grantee = difference.grantee();
        if (grantee != null && !roles.exists().test(grantee)) {
            String role = TableName.quote(grantee);
            leftOut.add(label, "the target lacks the role " + role + ": CREATE ROLE " + role + " there");
            return false;
        }
        String grantor = difference.grantor();
        if (grantor != null && !roles.exists().test(grantor)) {
            String role = TableName.quote(grantor);
            leftOut.add(label, "the target lacks the role " + role + ": CREATE ROLE " + role + " there");
            return false;
        }
        if (grantor != null && !roles.mayBecome().test(grantor)) {
            leftOut.add(
                    label,
                    "it was granted by " + TableName.quote(grantor)
                            + ", of which the role that prepares the target is no member: GRANT "
                            + TableName.quote(grantor) + " TO " + TableName.quote(roles.current()) + " there");
            return false;
        }
        return true;
    }

    private String statement(Group group, List<Difference> members, String object, String prefix) {
        boolean all = members.size() == members.get(0).ofAll();
        String column = group.column() == null ? "" : " (" + group.column() + ")";
        String what = all
                ? "ALL" + column
                : members.stream()
                        .map(member -> member.privilege() + column)
                        .sorted()
                        .collect(Collectors.joining(", "));
        String grantee = group.grantee() == null ? "PUBLIC" : TableName.quote(group.grantee());
        String statement = group.isGrant()
                ? prefix + "GRANT " + what + " ON " + object + " TO " + grantee
                        + (group.isGrantable() ? " WITH GRANT OPTION;" : ";")
                : prefix + "REVOKE " + what + " ON " + object + " FROM " + grantee + ";";
        return group.grantor() == null
                ? statement
                : "SET LOCAL ROLE " + TableName.quote(group.grantor()) + ";\n" + statement + "\nSET LOCAL ROLE "
                        + TableName.quote(roles.current()) + ";";
    }
}
