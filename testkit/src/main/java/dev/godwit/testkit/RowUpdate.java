package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A number that is added to that of one row. */
record RowUpdate(int added, int id) {

    /** Executes an update for one row after the other; its parameters are what is added, and the row's key. */
    static void execute(Connection connection, String sql, RowUpdate... rows) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (RowUpdate row : rows) {
                update.setInt(1, row.added());
                update.setInt(2, row.id());
                update.executeUpdate();
            }
        }
    }
}
