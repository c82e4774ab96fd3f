package dev.godwit.internal.preflight;

import java.sql.Connection;
import java.sql.SQLException;

/** Large objects of a database, which most have none of. */
final class LargeObjects {
    private static final String SOME = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata)";

    private LargeObjects() {}

    static boolean exist(Connection connection) throws SQLException {
        return CheckContext.row(connection, SOME).get(0).equals("t");
    }
}
