package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** The target's role may apply changes without firing triggers. The right is tried, not guessed. */
final class TargetReplicaRoleCheck implements Check {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** The first version in which the right to set a parameter can be granted. */
    private static final int GRANTABLE = 150_000;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_REPLICA_ROLE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (mayReplicate(context)) {
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

    private static boolean mayReplicate(CheckContext context) throws SQLException {
        context.target().setAutoCommit(false);
        try (Statement statement = context.target().createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            return true;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        } finally {
            context.target().rollback();
            context.target().setAutoCommit(true);
        }
    }
}
