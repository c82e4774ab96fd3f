package dev.godwit.internal.copy;

import dev.godwit.schema.SchemaCopyOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Who owns large objects, and who may use them: made on the target what it is on the source, as far as that is asked for and the target has
 * the roles. What is granted is granted by the owner, whoever has granted it on the source, and what the owner may goes with the ownership.
 * Memory: a thousand objects with their grants.
 *
 * @param owners whether the objects get the source's owners, if the target's role may give them away
 * @param grants whether they get the source's grants; those that only the target has are taken away
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-largeobject-metadata.html">PostgreSQL manual:
 *     pg_largeobject_metadata</a>
 */
public record LargeObjectAccess(boolean owners, boolean grants) {
    private static final int AT_A_TIME = 1_000;
    private static final int WITH_SET_OPTION = 160_000;

    /** One row for what a role may, which is empty for everyone; without what the owner may. */
    private static final String GRANTS = """
            SELECT a.privilege_type AS privilege, bool_or(a.is_grantable) AS grantable,
                   CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee)::text END AS role
              FROM aclexplode(m.lomacl) a WHERE a.grantee <> m.lomowner GROUP BY a.privilege_type, a.grantee
            """;

    private static final String LIST = """
            SELECT m.oid::bigint, pg_get_userbyid(m.lomowner)::text, (SELECT coalesce(jsonb_agg(g), '[]') FROM (%s) g)::text
              FROM pg_catalog.pg_largeobject_metadata m ORDER BY m.oid
            """.formatted(GRANTS);

    private static final String WANTED = """
              FROM unnest(?::bigint[]::oid[], ?::text[]) AS w (oid, wanted)
              JOIN pg_catalog.pg_largeobject_metadata m ON m.oid = w.oid
              JOIN godwit.large_object l ON l.migration = ? AND l.oid = m.oid
            """;

    private static final String GIVE = """
            SELECT format('ALTER LARGE OBJECT %%s OWNER TO %%I;', m.oid, r.rolname)
            """ + WANTED + """
              JOIN pg_catalog.pg_roles r ON r.rolname = w.wanted
             WHERE r.oid <> m.lomowner AND pg_has_role(m.lomowner, 'USAGE')
               AND pg_has_role(r.oid, 'USAGE') AND pg_has_role(r.oid, '%s')
            """;

    /** All anew where something differs: who has handed on what he was granted takes that with him. */
    private static final String GRANT = """
            WITH object AS (
                SELECT m.oid, (SELECT coalesce(jsonb_agg(g ORDER BY g.role, g.privilege), '[]') FROM (@grants) g) AS has,
                       (SELECT coalesce(jsonb_agg(n ORDER BY n.role, n.privilege), '[]')
                          FROM jsonb_to_recordset(w.wanted::jsonb) AS n (privilege text, grantable boolean, role text)
                          LEFT JOIN pg_catalog.pg_roles r ON r.rolname = n.role
                         WHERE n.role = '' OR r.oid <> m.lomowner) AS needs
                @wanted WHERE pg_has_role(m.lomowner, 'USAGE'))
            SELECT (SELECT coalesce(string_agg(format('REVOKE ALL ON LARGE OBJECT %s FROM %s CASCADE;', o.oid, @role), ''), '')
                      FROM (SELECT DISTINCT role FROM jsonb_to_recordset(o.has) AS h (role text)) g)
                   || (SELECT coalesce(string_agg(format('GRANT %s ON LARGE OBJECT %s TO %s%s;', privilege, o.oid, @role,
                                                         CASE WHEN grantable THEN ' WITH GRANT OPTION' END), ''), '')
                         FROM jsonb_to_recordset(o.needs) AS g (privilege text, grantable boolean, role text))
              FROM object o WHERE o.has <> o.needs
            """.replace("@grants", GRANTS)
            .replace("@wanted", WANTED)
            .replace("@role", "CASE WHEN g.role = '' THEN 'PUBLIC' ELSE quote_ident(g.role) END");

    /** What was asked for. */
    public static LargeObjectAccess of(SchemaCopyOptions carried) {
        return new LargeObjectAccess(carried.owners(), carried.privileges());
    }

    /** Whether anything was asked for. */
    boolean isWanted() {
        return owners || grants;
    }

    /**
     * Makes the migration's objects on the target the source's in this.
     *
     * @param source in a transaction
     * @param target in a transaction, which the caller ends
     */
    void equalize(Connection source, Connection target, String migration) throws SQLException {
        Page page = new Page(target, migration);
        try (PreparedStatement list = source.prepareStatement(LIST)) {
            list.setFetchSize(AT_A_TIME);
            try (ResultSet row = list.executeQuery()) {
                while (row.next()) {
                    page.oids.add(row.getLong(1));
                    page.owners.add(row.getString(2));
                    page.grants.add(row.getString(3));
                    if (page.oids.size() == AT_A_TIME) {
                        write(page);
                    }
                }
            }
        }
        write(page);
    }

    private void write(Page page) throws SQLException {
        if (owners) {
            // Since 16 a member may have a role's rights and yet not give it anything.
            page.execute(GIVE.formatted(page.version() >= WITH_SET_OPTION ? "SET" : "MEMBER"), page.owners);
        }
        if (grants) {
            page.execute(GRANT, page.grants);
        }
        page.oids.clear();
        page.owners.clear();
        page.grants.clear();
    }

    /** Some objects of the source. */
    private static final class Page {
        private final Connection target;
        private final String migration;
        private final List<Long> oids = new ArrayList<>();
        private final List<String> owners = new ArrayList<>();
        private final List<String> grants = new ArrayList<>();

        Page(Connection target, String migration) {
            this.target = target;
            this.migration = migration;
        }

        int version() throws SQLException {
            try (Statement statement = target.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
                row.next();
                return row.getInt(1);
            }
        }

        /** Executes the statements that a query writes, of which the server quotes the names. */
        void execute(String sql, List<String> wanted) throws SQLException {
            StringBuilder script = new StringBuilder();
            try (PreparedStatement query = target.prepareStatement(sql)) {
                query.setArray(1, target.createArrayOf("int8", oids.toArray()));
                query.setArray(2, target.createArrayOf("text", wanted.toArray()));
                query.setString(3, migration);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        script.append(row.getString(1));
                    }
                }
            }
            if (!script.isEmpty()) {
                try (Statement statement = target.createStatement()) {
                    // The driver would look for its own escapes.
                    statement.setEscapeProcessing(false);
                    statement.execute(script.toString());
                }
            }
        }
    }
}
