package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The roles of the server that a plan is made for.
 *
 * @param current the role that prepares it
 * @param exists whether it has a role
 * @param mayBecome whether the role that prepares it may give objects to a role, act as it, and has its rights
 * @param isSuperuser whether a role is a superuser
 */
record TargetRoles(
        String current, Predicate<String> exists, Predicate<String> mayBecome, Predicate<String> isSuperuser) {

    private record Role(String name, boolean mayBecome, boolean isSuperuser, boolean isCurrent) {}

    static TargetRoles read(CatalogQuery query) throws SQLException {
        // Since 16 a member may inherit a role's rights and yet not act as it.
        List<Role> roles = query.list(
                """
                SELECT rolname, pg_has_role(oid, 'USAGE') AND pg_has_role(oid, '%s'), rolsuper, rolname = current_user
                FROM pg_roles
                """.formatted(query.since(16, "SET", "MEMBER")),
                row -> new Role(row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4)));
        return new TargetRoles(
                roles.stream().filter(Role::isCurrent).findFirst().orElseThrow().name(),
                named(roles, role -> true),
                named(roles, Role::mayBecome),
                named(roles, Role::isSuperuser));
    }

    /** Those of a server of which nothing is known: all that are asked for. */
    static TargetRoles imagined() {
        return new TargetRoles("", role -> true, role -> true, role -> true);
    }

    private static Predicate<String> named(List<Role> roles, Predicate<Role> condition) {
        Set<String> names = new HashSet<>();
        roles.stream().filter(condition).forEach(role -> names.add(role.name()));
        return names::contains;
    }
}
