package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Names the objects of classes that belong to a server and its neighbours rather than to a schema, and are not carried. Settings of the
 * database and of roles in it are none of this class: whoever compares two databases tells them with their values.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">PostgreSQL manual: system catalogs</a>
 */
final class UncarriedReader {

    private final CatalogQuery query;
    private final TargetRoles roles;
    private final SchemaCopyOptions options;

    UncarriedReader(CatalogQuery query, TargetRoles roles, SchemaCopyOptions options) {
        this.query = query;
        this.roles = roles;
        this.options = options;
    }

    List<String> read() throws SQLException {
        List<String> names = new ArrayList<>(publications());
        names.addAll(subscriptions());
        names.addAll(slots());
        names.addAll(origins());
        names.addAll(largeObjects());
        names.addAll(parameters());
        return names;
    }

    private List<String> publications() throws SQLException {
        return query.list(
                "SELECT quote_ident(p.pubname) FROM pg_publication p WHERE %s ORDER BY 1"
                        .formatted(CatalogQuery.usersOwn("pg_publication", "p.oid")),
                row -> "publication " + row.getString(1) + ": publications are not carried");
    }

    /** pg_subscription is readable for all but in its connection string; the names stand in pg_stat_subscription. */
    private List<String> subscriptions() throws SQLException {
        return query.list("""
                SELECT quote_ident(s.subname) FROM pg_subscription s
                WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
                """, row -> "subscription " + row.getString(1) + ": subscriptions are not carried");
    }

    /** But for those of migrations. */
    private List<String> slots() throws SQLException {
        if (!mayRead("pg_replication_slots")) {
            return List.of(
                    "replication slots: the role may not read pg_replication_slots on the source, and they are not carried");
        }
        return query.list(
                "SELECT quote_ident(slot_name) FROM pg_replication_slots WHERE database = current_database() AND NOT temporary"
                        + " AND slot_name !~ '^godwit_' ORDER BY 1",
                row -> "replication slot " + row.getString(1)
                        + ": replication slots are not carried, and who reads from it has to begin anew on the target");
    }

    /** But for those that belong to subscriptions. */
    private List<String> origins() throws SQLException {
        if (!mayRead("pg_replication_origin")) {
            return List.of(
                    "replication origins: the role may not read pg_replication_origin on the source, and they are not carried");
        }
        return query.list(
                "SELECT quote_ident(roname) FROM pg_replication_origin WHERE roname !~ '^pg_[0-9]+' ORDER BY 1",
                row -> "replication origin " + row.getString(1) + ": replication origins are not carried");
    }

    /** The objects are made beside the schema; this names the roles for which that cannot do all that is asked for. */
    private List<String> largeObjects() throws SQLException {
        LeftOut leftOut = new LeftOut();
        if (options.owners()) {
            for (String owner : query.list(
                    "SELECT DISTINCT pg_get_userbyid(lomowner) FROM pg_largeobject_metadata ORDER BY 1",
                    row -> row.getString(1))) {
                String label = "owner of large objects " + TableName.quote(owner);
                if (!roles.exists().test(owner)) {
                    leftOut.add(label, lacks(owner) + ", or they belong to the role that prepares the target");
                } else if (!roles.mayBecome().test(owner)) {
                    leftOut.add(
                            label,
                            "the role that prepares the target is no member of " + TableName.quote(owner) + ": GRANT "
                                    + TableName.quote(owner) + " TO " + TableName.quote(roles.current())
                                    + " there, or it stays the owner");
                }
            }
        }
        if (options.privileges()) {
            for (String grantee : query.list("""
                    SELECT DISTINCT pg_get_userbyid(a.grantee) FROM pg_largeobject_metadata, aclexplode(lomacl) a
                    WHERE a.grantee NOT IN (0, lomowner) ORDER BY 1
                    """, row -> row.getString(1))) {
                if (!roles.exists().test(grantee)) {
                    leftOut.add("privileges of " + TableName.quote(grantee) + " on large objects", lacks(grantee));
                }
            }
        }
        return leftOut.notes();
    }

    private boolean mayRead(String catalog) throws SQLException {
        return query.list(
                        "SELECT has_table_privilege('pg_catalog." + catalog + "', 'SELECT')", row -> row.getBoolean(1))
                .get(0);
    }

    private static String lacks(String role) {
        return "the target lacks the role " + TableName.quote(role) + ": CREATE ROLE " + TableName.quote(role)
                + " there";
    }

    private List<String> parameters() throws SQLException {
        return options.privileges() && query.since(15)
                ? query.list(
                        "SELECT parname FROM pg_parameter_acl ORDER BY 1",
                        row -> "privileges on parameter " + row.getString(1)
                                + ": they belong to the server, not to the database")
                : List.of();
    }
}
