package dev.godwit.internal.preflight;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Asks the target which of some schemas a query picks. */
final class TargetSchemas {

    private TargetSchemas() {}

    /** Gives the first column of what the query finds for an array of names. */
    static List<String> find(CheckContext context, String sql, Collection<String> names) throws SQLException {
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

    /** Gives the role's name, quoted. */
    static String role(CheckContext context) throws SQLException {
        return CheckContext.row(context.target(), "SELECT quote_ident(current_user)")
                .get(0);
    }
}
