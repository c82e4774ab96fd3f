package dev.godwit.testkit;

import java.sql.SQLException;
import org.postgresql.core.Utils;

/** Quoting, done by the driver. */
final class Sql {
    private Sql() {}

    static String identifier(String name) {
        try {
            return Utils.escapeIdentifier(null, name).toString();
        } catch (SQLException e) {
            throw new IllegalArgumentException("Not an identifier: " + name, e);
        }
    }

    static String literal(String value) {
        try {
            return "'" + Utils.escapeLiteral(null, value, true) + "'";
        } catch (SQLException e) {
            throw new IllegalArgumentException("Not a literal: " + value, e);
        }
    }
}
