package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's role may replicate. */
final class SourceReplicationCheck implements Check {
    static final String ROLE = """
            SELECT r.rolsuper OR r.rolreplication
                       OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles m
                                   WHERE m.rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser')
                                     AND pg_has_role(m.oid, 'USAGE')),
                   quote_ident(current_user),
                   EXISTS (SELECT 1 FROM pg_catalog.pg_roles m WHERE m.rolname = 'rds_replication')
              FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_REPLICATION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> role = CheckContext.row(context.source(), ROLE);
        if (role.get(0).equals("f")) {
            context.add(
                    FindingCode.SOURCE_REPLICATION,
                    role.get(1),
                    "role " + role.get(1) + " on the source may not replicate",
                    "the attribute REPLICATION",
                    role.get(2).equals("t")
                            ? "GRANT rds_replication TO " + role.get(1)
                            : "ALTER ROLE " + role.get(1) + " REPLICATION");
        }
    }
}
