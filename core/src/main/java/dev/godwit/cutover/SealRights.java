package dev.godwit.cutover;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a role needs to close a database, and what keeps others from being held by it. */
final class SealRights {
    private static final String RIGHTS = """
            SELECT pg_has_role(d.datdba, 'USAGE') OR r.rolsuper,
                   pg_has_role('pg_signal_backend', 'USAGE') OR r.rolsuper,
                   pg_has_role('pg_read_all_stats', 'USAGE') OR r.rolsuper,
                   quote_ident(d.datname), quote_ident(current_user), quote_ident(o.rolname)
              FROM pg_catalog.pg_database d
              JOIN pg_catalog.pg_roles o ON o.oid = d.datdba, pg_catalog.pg_roles r
             WHERE d.datname = current_database() AND r.rolname = current_user
            """;

    /** A role's own setting goes before its database's. */
    static final String ROLES_THAT_MAY_WRITE = """
            SELECT quote_ident(r.rolname), CASE WHEN s.setdatabase = 0 THEN '' ELSE ' IN DATABASE ' || quote_ident(d.datname) END
              FROM pg_catalog.pg_db_role_setting s
              JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
              JOIN pg_catalog.pg_database d ON d.datname = current_database() AND s.setdatabase IN (0, d.oid)
             WHERE EXISTS (SELECT 1 FROM unnest(s.setconfig) AS c (setting)
                            WHERE c.setting ILIKE 'default_transaction_read_only=%'
                              AND NOT split_part(c.setting, '=', 2)::boolean)
             ORDER BY 1, 2
            """;

    private SealRights() {}

    /** Gives what stands in the way of closing the database that a session is connected to. */
    static List<Finding> check(Connection connection) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RIGHTS)) {
            row.next();
            if (!row.getBoolean(1)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_DATABASE_OWNER,
                        row.getString(4),
                        "role " + row.getString(5) + " does not own the source database " + row.getString(4)
                                + " and so cannot close it for writes after the cutover",
                        "its owner, or a member of it",
                        "GRANT " + row.getString(6) + " TO " + row.getString(5) + "; -- or use another WriteFence"));
            }
            if (!row.getBoolean(2)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_SIGNAL,
                        row.getString(5),
                        "role " + row.getString(5) + " may not end other sessions, as the cutover's fence does",
                        "pg_signal_backend",
                        "GRANT pg_signal_backend TO " + row.getString(5)));
            }
            if (!row.getBoolean(3)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_STATS,
                        row.getString(5),
                        "role " + row.getString(5) + " may not see other roles' sessions, and so would leave them open"
                                + " when it closes the source",
                        "pg_read_all_stats",
                        "GRANT pg_read_all_stats TO " + row.getString(5)));
            }
        }
        findings.addAll(rolesThatMayWrite(connection));
        return findings;
    }

    private static List<Finding> rolesThatMayWrite(Connection connection) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ROLES_THAT_MAY_WRITE)) {
            while (rows.next()) {
                findings.add(Finding.of(
                        FindingCode.FENCE_ROLE_SETTING,
                        rows.getString(1),
                        "role " + rows.getString(1)
                                + " has default_transaction_read_only = off as a setting of its own on the"
                                + " source, and so could write there after the cutover",
                        "no such setting",
                        "ALTER ROLE " + rows.getString(1) + rows.getString(2)
                                + " RESET default_transaction_read_only"));
            }
        }
        return findings;
    }

    /** A right lost since the preflight: what is not seen is not ended, and would go on writing after the switch. */
    static void require(Connection connection) throws SQLException {
        List<Finding> missing = check(connection);
        if (!missing.isEmpty()) {
            throw new SQLException(
                    missing.get(0).observed() + "; " + missing.get(0).remedy());
        }
    }
}
