package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The target's tables, where they exist already, hold no rows. */
final class TargetTablesCheck implements Check {

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.identities().source().isSameDatabaseAs(context.identities().target())) {
            return;
        }
        for (Table table : context.catalog().tables()) {
            if (table.kind() == Table.Kind.ORDINARY && table.configuration().isEmpty() && exists(context, table)) {
                checkEmpty(context, table);
            }
        }
    }

    private static boolean exists(CheckContext context, Table table) throws SQLException {
        try (PreparedStatement statement = context.target().prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table.name().quoted());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
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
                        "TRUNCATE " + name + " on the target, after making sure that nobody needs them");
            }
        }
    }
}
