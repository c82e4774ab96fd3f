package dev.godwit.internal.preflight;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The target's role may create schemas and apply changes without firing triggers. Rights are tried, not guessed. */
final class TargetPrivilegesCheck implements Check {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.target(),
                "SELECT has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user),"
                        + " quote_ident(current_database()), pg_is_in_recovery()"
                        + " OR current_setting('transaction_read_only')::boolean");
        if (row.get(0).equals("f")) {
            context.blocker(
                    "target-create",
                    row.get(2),
                    "role " + row.get(1) + " may not create schemas in target database " + row.get(2),
                    "GRANT CREATE ON DATABASE " + row.get(2) + " TO " + row.get(1));
        }
        if (row.get(3).equals("t")) {
            context.blocker(
                    "target-read-only",
                    row.get(2),
                    "the target takes no writes (a standby, or default_transaction_read_only is on)",
                    "use the primary as the target, or ALTER DATABASE " + row.get(2)
                            + " RESET default_transaction_read_only");
        }
        if (!mayReplicate(context)) {
            context.blocker(
                    "target-replica-role",
                    row.get(1),
                    "role " + row.get(1)
                            + " may not set session_replication_role on the target, without which triggers and"
                            + " foreign keys would act twice on applied changes",
                    "PostgreSQL 15 and newer: GRANT SET ON PARAMETER session_replication_role TO " + row.get(1)
                            + "; older: a superuser, or the provider's administrator role");
        }
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
