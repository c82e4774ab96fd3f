package dev.godwit.internal.preflight;

import dev.godwit.internal.state.StateStore;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** The target's tables hold no rows, and exist only where the user has prepared them. */
final class TargetTablesCheck implements Check {
    private static final String EXISTING = """
            SELECT pg_has_role(c.relowner, 'USAGE'),
                   has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
                   quote_ident(current_user)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_OWNER, FindingCode.TARGET_NOT_EMPTY, FindingCode.TARGET_EXISTS);
    }

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
        boolean readable;
        try (PreparedStatement statement = context.target().prepareStatement(EXISTING)) {
            statement.setString(1, table.name().schema());
            statement.setString(2, table.name().name());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return;
                }
                readable = row.getBoolean(2);
                if (!row.getBoolean(1) && !isCreated(context, table)) {
                    context.add(
                            FindingCode.TARGET_OWNER,
                            table.name().toString(),
                            "role " + row.getString(3) + " does not own table " + table.name()
                                    + ", which exists on the target, and so cannot build its indexes and constraints",
                            "its owner, or a member of it",
                            "ALTER TABLE " + table.name().quoted() + " OWNER TO " + row.getString(3));
                }
            }
        }
        checkContents(context, table, readable && holdsRows(context, table));
    }

    /** Whether the schema preparer is going to create the table, which fails where there is one. */
    private static boolean isCreated(CheckContext context, Table table) {
        String step = "table " + table.name().quoted();
        return context.schemaPlan().steps().stream()
                .anyMatch(planned -> planned.id().equals(step));
    }

    private static boolean holdsRows(CheckContext context, Table table) throws SQLException {
        try (Statement statement = context.target().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT EXISTS (SELECT 1 FROM ONLY " + table.name().quoted() + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void checkContents(CheckContext context, Table table, boolean holdsRows) {
        boolean created = isCreated(context, table);
        String name = table.name().quoted();
        String remedy = created
                ? "DROP TABLE " + name + "; -- on the target, or use SchemaPreparers.none() and empty tables"
                : "TRUNCATE " + name + "; -- on the target, after making sure that nobody needs its rows";
        if (holdsRows) {
            context.add(
                    FindingCode.TARGET_NOT_EMPTY,
                    table.name().toString(),
                    "table " + table.name() + " on the target holds rows already",
                    "an empty table",
                    remedy);
        } else if (created) {
            context.add(
                    FindingCode.TARGET_EXISTS,
                    table.name().toString(),
                    "table " + table.name() + " exists on the target already, and the schema preparer would create it",
                    "no such table",
                    remedy);
        }
    }
}
