package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** With a way back: the target's role may replicate, and the source's apply changes without firing triggers. */
final class ReverseRightsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REVERSE_REPLICATION, FindingCode.REVERSE_REPLICA_ROLE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!context.plan().reverse()) {
            return;
        }
        List<String> role = CheckContext.row(context.target(), SourceReplicationCheck.ROLE);
        if (role.get(0).equals("f")) {
            context.add(
                    FindingCode.REVERSE_REPLICATION,
                    role.get(1),
                    "role " + role.get(1) + " on the target may not replicate, as the way back (reverse) needs",
                    "the attribute REPLICATION",
                    role.get(2).equals("t")
                            ? "GRANT rds_replication TO " + role.get(1)
                            : "ALTER ROLE " + role.get(1) + " REPLICATION");
        } else if (context.targetExists()) {
            connect(context, role.get(1));
        }
        if (!TargetReplicaRoleCheck.mayReplicate(context.source())) {
            String name = CheckContext.row(context.source(), "SELECT quote_ident(current_user)")
                    .get(0);
            context.add(
                    FindingCode.REVERSE_REPLICA_ROLE,
                    name,
                    "role " + name + " may not set session_replication_role on the source, without which triggers and"
                            + " foreign keys would act twice on what the way back (reverse) applies there",
                    "SET on the parameter session_replication_role",
                    context.identities().source().version() >= TargetReplicaRoleCheck.GRANTABLE
                            ? "GRANT SET ON PARAMETER session_replication_role TO " + name
                            : "use a superuser, or the provider's administrator role: before PostgreSQL 15 this right"
                                    + " cannot be granted");
        }
    }

    /** Which pg_hba.conf and firewalls treat apart from ordinary ones. */
    private static void connect(CheckContext context, String role) {
        try (Connection replication = context.plan().target().openReplication();
                Statement statement = replication.createStatement()) {
            statement.execute("IDENTIFY_SYSTEM");
        } catch (SQLException e) {
            context.add(
                    FindingCode.REVERSE_REPLICATION,
                    role,
                    "no replication connection to the target can be made, as the way back (reverse) needs: "
                            + e.getMessage(),
                    "one",
                    "allow role " + role + " to connect with replication=database, in pg_hba.conf and firewalls");
        }
    }
}
