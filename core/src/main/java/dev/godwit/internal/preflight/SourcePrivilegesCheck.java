package dev.godwit.internal.preflight;

import dev.godwit.schema.Sequence;
import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** The source's role may replicate, publish and read everything. */
final class SourcePrivilegesCheck implements Check {
    private static final String ROLE = """
            SELECT r.rolsuper OR r.rolreplication
                       OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles m
                                   WHERE m.rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser')
                                     AND pg_has_role(m.oid, 'USAGE')),
                   has_database_privilege(current_database(), 'CREATE'),
                   quote_ident(current_user), quote_ident(current_database())
              FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
            """;

    /** Row security counts as a missing right: a copy that silently leaves out rows would be worse than none. */
    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname), quote_ident(o.rolname), quote_ident(current_user),
                   pg_has_role(c.relowner, 'USAGE') OR r.rolsuper,
                   has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
                   row_security_active(c.oid), quote_ident(n.nspname)
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
              JOIN pg_catalog.pg_roles r ON r.rolname = current_user
             ORDER BY 1
            """;

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> role = CheckContext.row(context.source(), ROLE);
        if (role.get(0).equals("f")) {
            context.blocker(
                    "source-replication",
                    role.get(2),
                    "role " + role.get(2) + " on the source may not replicate",
                    "ALTER ROLE " + role.get(2) + " REPLICATION");
        }
        if (role.get(1).equals("f")) {
            context.blocker(
                    "source-create",
                    role.get(3),
                    "role " + role.get(2) + " may not create a publication in source database " + role.get(3),
                    "GRANT CREATE ON DATABASE " + role.get(3) + " TO " + role.get(2));
        }
        checkRelations(context);
    }

    private static void checkRelations(CheckContext context) throws SQLException {
        Object[] oids = Stream.concat(
                        context.catalog().tables().stream().map(Table::oid),
                        context.catalog().sequences().stream().map(Sequence::oid))
                .toArray();
        try (PreparedStatement statement = context.source().prepareStatement(TABLES)) {
            statement.setArray(1, context.source().createArrayOf("oid", oids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    checkRelation(context, rows);
                }
            }
        }
    }

    private static void checkRelation(CheckContext context, ResultSet row) throws SQLException {
        String relation = row.getString(1);
        String user = row.getString(3);
        if (!row.getBoolean(4)) {
            context.blocker(
                    "source-owner",
                    relation,
                    "role " + user + " does not own " + relation + " on the source and so cannot publish it",
                    "GRANT " + row.getString(2) + " TO " + user);
        }
        if (!row.getBoolean(5)) {
            context.blocker(
                    "source-select",
                    relation,
                    "role " + user + " may not read " + relation + " on the source",
                    "GRANT USAGE ON SCHEMA " + row.getString(7) + " TO " + user + "; GRANT SELECT ON " + relation
                            + " TO " + user);
        }
        if (row.getBoolean(6)) {
            context.blocker(
                    "source-row-security",
                    relation,
                    "row security hides rows of " + relation + " from role " + user + " on the source",
                    "ALTER ROLE " + user + " BYPASSRLS");
        }
    }
}
