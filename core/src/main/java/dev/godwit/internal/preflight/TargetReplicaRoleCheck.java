package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** The target's role may apply changes without firing triggers. The right is tried, not guessed. */
final class TargetReplicaRoleCheck implements Check {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** The first version in which the right to set a parameter can be granted. */
    static final int GRANTABLE = 150_000;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_REPLICA_ROLE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (mayReplicate(context.target())) {
            return;
        }
        String role = TargetSchemas.role(context);
        context.add(
                FindingCode.TARGET_REPLICA_ROLE,
                role,
                "role " + role
                        + " may not set session_replication_role on the target, without which triggers and"
                        + " foreign keys would act twice on applied changes",
                "SET on the parameter session_replication_role",
                context.identities().target().version() >= GRANTABLE
                        ? "GRANT SET ON PARAMETER session_replication_role TO " + role
                        : "use a superuser, or the provider's administrator role: before PostgreSQL 15 this right"
                                + " cannot be granted");
    }

    /** Tries it. */
    static boolean mayReplicate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            return true;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
