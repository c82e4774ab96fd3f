package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.ObjectNames;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Finds what bears the name of this migration on the source. */
final class OwnNames {

    private OwnNames() {}

    /** Gives the rows that a query finds for the pattern of such names; NULL is read as the empty text. */
    static List<List<String>> find(CheckContext context, String sql) throws SQLException {
        try (PreparedStatement query = context.source().prepareStatement(sql)) {
            query.setString(1, ObjectNames.pattern(context.plan().name()));
            try (ResultSet rows = query.executeQuery()) {
                return CheckContext.read(rows);
            }
        }
    }
}
