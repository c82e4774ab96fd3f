package dev.godwit.internal.preflight;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The target's role may create schemas and apply changes without firing triggers. Rights are tried, not guessed. */
final class TargetPrivilegesCheck implements Check {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String SCHEMAS = """
            SELECT quote_ident(n.nspname)
              FROM pg_catalog.pg_namespace n
             WHERE n.nspname = ANY (?)
               AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE'))
             ORDER BY 1
            """;

    private static final String FOREIGN_SCHEMAS = """
            SELECT quote_ident(n.nspname)
              FROM pg_catalog.pg_namespace n
             WHERE quote_ident(n.nspname) = ANY (?) AND NOT pg_has_role(n.nspowner, 'USAGE')
             ORDER BY 1
            """;

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.target(),
                "SELECT has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user),"
                        + " quote_ident(current_database()), pg_is_in_recovery()"
                        + " OR current_setting('transaction_read_only')::boolean,"
                        + " current_setting('server_version_num')::int / 10000");
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
        checkSchemas(context, row.get(1));
        checkCommentedSchemas(context, row.get(1));
        if (!mayReplicate(context)) {
            context.blocker(
                    "target-replica-role",
                    row.get(1),
                    "role " + row.get(1)
                            + " may not set session_replication_role on the target, without which triggers and"
                            + " foreign keys would act twice on applied changes",
                    row.get(4).compareTo("15") >= 0
                            ? "GRANT SET ON PARAMETER session_replication_role TO " + row.get(1)
                            : "use a superuser, or the provider's administrator role: before PostgreSQL 15 this right"
                                    + " cannot be granted");
        }
    }

    /** CREATE on the database is for new schemas only; in one that exists already, such as public, it takes its own. */
    private static void checkSchemas(CheckContext context, String role) throws SQLException {
        SortedSet<String> schemas = new TreeSet<>();
        context.catalog().tables().forEach(table -> schemas.add(table.name().schema()));
        context.catalog()
                .sequences()
                .forEach(sequence -> schemas.add(sequence.name().schema()));
        for (String schema : schemas(context, SCHEMAS, schemas)) {
            context.blocker(
                    "target-create",
                    schema,
                    "role " + role + " may not create tables in schema " + schema + ", which exists on the target",
                    "GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + role);
        }
    }

    /** A comment on a schema that exists already, as public does, takes its ownership. */
    private static void checkCommentedSchemas(CheckContext context, String role) throws SQLException {
        List<String> commented = context.schemaPlan().steps().stream()
                .filter(step -> step.sql().contains("COMMENT ON SCHEMA "))
                .map(step -> step.id().substring(step.id().indexOf(' ') + 1))
                .toList();
        for (String schema : schemas(context, FOREIGN_SCHEMAS, commented)) {
            context.blocker(
                    "target-create",
                    schema,
                    "role " + role + " does not own schema " + schema
                            + ", which exists on the target, and so cannot carry the comment that it has on the source",
                    "ALTER SCHEMA " + schema + " OWNER TO " + role);
        }
    }

    private static List<String> schemas(CheckContext context, String sql, Collection<String> names)
            throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = context.target().prepareStatement(sql)) {
            statement.setArray(1, context.target().createArrayOf("text", names.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
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
