package dev.godwit.internal.preflight;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds what databases and roles have set for the sessions to come, which the sessions of a migration do not show. */
final class StoredSettings {
    private static final String STORED = """
            SELECT CASE WHEN s.setrole = 0 THEN 'database ' || quote_ident(d.datname)
                        ELSE 'role ' || quote_ident(r.rolname)
                             || CASE WHEN s.setdatabase = 0 THEN '' ELSE ' in database ' || quote_ident(d.datname) END END,
                   substr(c.setting, strpos(c.setting, '=') + 1),
                   CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I RESET %I', d.datname, w.name)
                        WHEN s.setdatabase = 0 THEN format('ALTER ROLE %I RESET %I', r.rolname, w.name)
                        ELSE format('ALTER ROLE %I IN DATABASE %I RESET %I', r.rolname, d.datname, w.name) END
              FROM pg_catalog.pg_db_role_setting s
              JOIN (SELECT ?::text AS name) w ON true
              JOIN unnest(s.setconfig) AS c (setting) ON lower(split_part(c.setting, '=', 1)) = w.name
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
              LEFT JOIN pg_catalog.pg_database d ON d.datname = ?
             WHERE s.setdatabase IN (0, d.oid)
             ORDER BY 1
            """;

    private StoredSettings() {}

    /**
     * A setting.
     *
     * @param owner who has it, such as {@code database orders}
     * @param value its value
     * @param reset the statements that take it away
     */
    record Stored(String owner, String value, String reset) {}

    /** Those of the target's database, as far as there is one, and of roles. */
    static List<Stored> ofTarget(CheckContext context, String name) throws SQLException {
        List<Stored> all = new ArrayList<>();
        try (PreparedStatement query = context.target().prepareStatement(STORED)) {
            query.setString(1, name);
            query.setString(2, context.identities().target().database());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    // What is set may be that sessions begin read-only.
                    String reset = "BEGIN READ WRITE; " + row.getString(3) + "; COMMIT";
                    all.add(new Stored(row.getString(1), row.getString(2), reset));
                }
            }
        }
        return all;
    }
}
