package dev.godwit.internal.preflight;

import dev.godwit.internal.state.StateStore;
import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The target's tables, where they exist already, hold no rows. */
final class TargetTablesCheck implements Check {
    private static final String EXISTING = """
            SELECT pg_has_role(c.relowner, 'USAGE'),
                   has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
                   quote_ident(current_user)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
            """;

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.identities().source().isSameDatabaseAs(context.identities().target())) {
            return;
        }
        if (StateStore.peek(context.target(), context.plan().name()).isPresent()) {
            // What is there is this migration's own; the copy looks for rows of others before it fills a table.
            return;
        }
        for (Table table : context.catalog().tables()) {
            if (table.kind() == Table.Kind.ORDINARY && table.configuration().isEmpty()) {
                checkExisting(context, table);
            }
        }
    }

    private static void checkExisting(CheckContext context, Table table) throws SQLException {
        boolean readable = false;
        try (PreparedStatement statement = context.target().prepareStatement(EXISTING)) {
            statement.setString(1, table.name().schema());
            statement.setString(2, table.name().name());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    readable = row.getBoolean(2);
                    if (!row.getBoolean(1)) {
                        context.blocker(
                                "target-create",
                                table.name().toString(),
                                "role " + row.getString(3) + " does not own table " + table.name()
                                        + ", which exists on the target, and so cannot build its indexes and constraints",
                                "ALTER TABLE " + table.name().quoted() + " OWNER TO " + row.getString(3));
                    }
                }
            }
        }
        if (readable) {
            checkEmpty(context, table);
        }
    }

    private static void checkEmpty(CheckContext context, Table table) throws SQLException {
        String name = table.name().quoted();
        try (Statement statement = context.target().createStatement();
                ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM ONLY " + name + ")")) {
            row.next();
            if (row.getBoolean(1)) {
                context.blocker(
                        "target-not-empty",
                        table.name().toString(),
                        "table " + table.name() + " on the target holds rows already",
                        "TRUNCATE " + name + "; -- on the target, after making sure that nobody needs its rows");
            }
        }
    }
}
