package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Asks a server about the tables that are to be migrated, all of them in one query. */
final class TableQuery {

    private TableQuery() {}

    /**
     * Asks the source.
     *
     * @param sql with one parameter, an array of the tables' OIDs
     */
    static List<List<String>> ofSource(CheckContext context, String sql) throws SQLException {
        try (PreparedStatement query = context.source().prepareStatement(sql)) {
            query.setArray(1, context.source().createArrayOf("oid", all(context, Table::oid)));
            return answer(query);
        }
    }

    /**
     * Asks the target.
     *
     * @param sql with two parameters, arrays of the tables' schemas and of their names, in step
     */
    static List<List<String>> ofTarget(CheckContext context, String sql) throws SQLException {
        try (PreparedStatement query = context.target().prepareStatement(sql)) {
            query.setArray(
                    1,
                    context.target()
                            .createArrayOf(
                                    "text", all(context, table -> table.name().schema())));
            query.setArray(
                    2,
                    context.target()
                            .createArrayOf(
                                    "text", all(context, table -> table.name().name())));
            return answer(query);
        }
    }

    private static Object[] all(CheckContext context, Function<Table, Object> of) {
        return context.catalog().tables().stream().map(of).toArray();
    }

    private static List<List<String>> answer(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return CheckContext.read(rows);
        }
    }
}
