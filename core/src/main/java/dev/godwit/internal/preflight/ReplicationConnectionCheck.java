package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** A replication connection can be made, which pg_hba.conf and firewalls treat apart from ordinary ones. */
final class ReplicationConnectionCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REPLICATION_CONNECTION, FindingCode.REPLICATION_ELSEWHERE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        try (Connection replication = context.plan().source().openReplication();
                Statement statement = replication.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            if (!row.getString("systemid").equals(context.identities().source().systemIdentifier())) {
                context.add(
                        FindingCode.REPLICATION_ELSEWHERE,
                        "source",
                        "the replication connection leads to another server than the ordinary one",
                        "the same server for both",
                        "use a URL that leads to the source itself, not to a pool or load balancer");
            }
        } catch (SQLException e) {
            context.findings().add(Preflight.unreachable(FindingCode.REPLICATION_CONNECTION, "source", e));
        }
    }
}
