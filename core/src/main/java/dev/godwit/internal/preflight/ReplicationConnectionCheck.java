package dev.godwit.internal.preflight;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A replication connection can be made, which pg_hba.conf and firewalls treat apart from ordinary ones. */
final class ReplicationConnectionCheck implements Check {

    @Override
    public void run(CheckContext context) throws SQLException {
        try (Connection replication = context.plan().source().openReplication();
                Statement statement = replication.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            if (!row.getString("systemid").equals(context.identities().source().systemIdentifier())) {
                context.blocker(
                        "replication-elsewhere",
                        "source",
                        "the replication connection leads to another server than the ordinary one",
                        "use a URL that leads to the source itself, not to a pool or load balancer");
            }
        } catch (SQLException e) {
            context.findings().add(Preflight.unreachable("replication-connection", "source", e));
        }
    }
}
